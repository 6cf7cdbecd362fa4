// SPDX-License-Identifier: Apache-2.0
#include "suites/first_stage.h"

#include <fmt/core.h>

#include <algorithm>
#include <stdexcept>

#include "fixtures/answers.h"
#include "fixtures/stages.h"

namespace assay::suites {
namespace {

using reports::OutputJudgement;
using reports::Verdict;

/// Above this many numbers in the inputs the answers of the stages, one evaluation of the reference
/// for each, would hold up the run.
constexpr std::size_t most_numbers = 100'000;

std::size_t numbers_in(const fixtures::Case& test_case) {
  std::size_t count = 0;
  for (const auto& [name, array] : test_case.inputs) count += array.count();
  return count;
}

std::string shown(std::string_view tap) { return std::string(tap.substr(tap.find('.') + 1)); }

}  // namespace

std::string first_departing_stage(const fixtures::Case& test_case, const NumberClass& number_class,
                                  const CaseRunOptions& options, WorkerProcess& worker) {
  if (!find_op(test_case.op)->composite) return "";
  if (const std::size_t count = numbers_in(test_case); count > most_numbers) {
    return fmt::format("its stages were not looked at: with {} numbers their answers take too long",
                       count);
  }
  std::vector<std::string> stages;
  fixtures::Case staged = test_case;
  staged.classes = {std::string(number_class.name)};
  try {
    stages = fixtures::stages_of(test_case);
    if (stages.empty()) return "";
    fixtures::compute_answers(staged, stages, true);
  } catch (const std::runtime_error& error) {  // must not cost the results of the run
    return std::string("its stages have no answers: ") + error.what();
  }
  reports::CaseResult result;
  run_case(staged, number_class, {options.threads, std::nullopt}, worker, result);
  if (result.verdict == Verdict::unsupported || result.verdict == Verdict::broken) {
    return "its stages are not shown: " + result.reason;
  }
  for (std::size_t i = 0; i < stages.size(); ++i) {
    const auto judged = std::ranges::find(result.outputs, stages[i], &OutputJudgement::name);
    if (judged == result.outputs.end() || judged->verdict == Verdict::right) continue;
    return fmt::format("the first stage that departs is {}{}, {} at {}: got {}, want {}",
                       shown(stages[i]),
                       i == 0 ? "" : fmt::format(" (right up to {})", shown(stages[i - 1])),
                       reports::verdict_names[static_cast<int>(judged->verdict)],
                       judged->worst_index_text, judged->got_text, judged->want_text);
  }
  return fmt::format("every stage up to {} is right; it departs behind it", shown(stages.back()));
}

}  // namespace assay::suites
