// SPDX-License-Identifier: Apache-2.0
#include "suites/own_answers.h"

#include <fmt/core.h>

#include <algorithm>

#include "fixtures/answers.h"
#include "reference/axis.h"
#include "suites/cost.h"
#include "suites/model_cost.h"
#include "suites/sampled_check.h"
#include "suites/sparse_answers.h"
#include "suites/usage_error.h"

namespace assay::suites {
namespace {

using fixtures::CaseRecipe;

/// Arithmetic beyond this makes goldens in software floats, and budgets from noisy runs, a matter
/// of minutes.
constexpr double most_flops = 2e7;

bool is_big(const fixtures::Case& test_case) {
  return cost_of(test_case, *find_class(test_case.classes.front())).flops > most_flops;
}

/// Ids and kept sets have no budget; these options of attention tie a row to its place.
bool may_be_sampled(const fixtures::Case& test_case) {
  for (const char* option :
       {"alibi_slopes", "sinks", "prefix_lengths", "query_offsets", "q_norm_weight"}) {
    if (test_case.op == "attention" && test_case.inputs.contains(option)) return false;
  }
  return std::all_of(test_case.outputs.begin(), test_case.outputs.end(),
                     [](const fixtures::Golden& each) { return is_floating(each.want.dtype); });
}

/// Not by sampled rows.
bool is_answered_whole(const fixtures::Case& own, const std::vector<std::string>& optional) {
  return !is_big(own) || !optional.empty() || !may_be_sampled(own);
}

/// Draws that may be thrown away before a shape is given up.
constexpr std::uint64_t most_draws = 32;

/// Takes one row of every input that has rows from another draw of the same recipe.
void redraw_row(fixtures::Case& own, const fixtures::Case& other, std::size_t row) {
  const OpSchema& op = *find_op(own.op);
  for (auto& [name, array] : own.inputs) {
    const TensorSpec* spec = find_named(op.inputs, name);
    if (axes_of(spec->shape).front() != op.batch_word) continue;
    const std::size_t bytes = array.bytes.size() / static_cast<std::size_t>(array.shape[0]);
    std::copy_n(other.inputs.at(name).bytes.begin() + static_cast<std::ptrdiff_t>(row * bytes),
                bytes, array.bytes.begin() + static_cast<std::ptrdiff_t>(row * bytes));
  }
}

/// Answers the case. A row that comes too near to a jump of the op, so that right implementations
/// could differ, is drawn again, in a way that a line stands for the same inputs every time.
void answer_clear_of_jumps(fixtures::Case& own, const CaseRecipe& recipe, Console& console) {
  for (std::uint64_t thrown_away = 0;; ++thrown_away) {
    try {
      own.outputs.clear();
      fixtures::compute_answers(own, recipe.outputs, false);
      if (thrown_away > 0) {
        console.note(fmt::format(
            "assay: {} rows came too near to a tie or an edge to tell right from wrong, and were "
            "drawn again",
            thrown_away));
      }
      return;
    } catch (const fixtures::TooNearToAJump& error) {
      if (thrown_away == most_draws) {
        throw UsageError(fmt::format(
            "--case: {} rows were drawn again, and still one is too near to a jump; a filter "
            "(top_k=40), fewer tokens, fewer rows or class f64 leaves less of them. The last one: "
            "{}",
            most_draws, error.what()));
      }
      const std::uint64_t far_from_neighbours = (thrown_away + 1) * 0x100000000u;
      redraw_row(own, fixtures::draw_case(recipe, far_from_neighbours), error.first_index);
    }
  }
}

}  // namespace

fixtures::Case own_case(const CaseRecipe& recipe, Console& console) {
  try {
    fixtures::Case result = without_answers(recipe);
    result.clauses.clear();  // nobody has said which ones it decides
    if (is_model(result.op)) console.note("assay: " + text_of(parameters_of(result)));
    if (is_answered_whole(result, recipe.outputs)) {
      console.progress("computing the golden answers");
      answer_clear_of_jumps(result, recipe, console);
      console.clear_progress();
    } else {
      answer_own(result, recipe.outputs, console);
    }
    return result;
  } catch (const CallError& error) {
    throw UsageError(std::string("--case: ") + error.what());
  }
}

void answer_own(fixtures::Case& test_case, const std::vector<std::string>& optional,
                Console& console) {
  console.progress("computing the golden answers");
  if (is_answered_whole(test_case, optional)) {
    test_case.outputs.clear();
    fixtures::compute_answers(test_case, optional, false);
  } else {
    const std::size_t answered =
        answer_sampled_rows(test_case, [&](std::size_t done, std::size_t total) {
          console.progress(fmt::format("computing the golden answers: run {} of {}", done, total));
        });
    console.note(
        fmt::format("assay: the shape is big: {} elements have golden answers, those of "
                    "sampled rows",
                    answered));
  }
  console.clear_progress();
}

}  // namespace assay::suites
