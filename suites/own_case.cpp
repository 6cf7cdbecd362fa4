// SPDX-License-Identifier: Apache-2.0
#include "suites/own_case.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <set>

#include "fixtures/answers.h"
#include "reference/axis.h"
#include "suites/command_words.h"
#include "suites/cost.h"
#include "suites/model_cost.h"
#include "suites/own_fill.h"
#include "suites/own_model.h"
#include "suites/sampled_check.h"
#include "suites/shape_words.h"
#include "suites/sparse_answers.h"
#include "suites/spelling.h"
#include "suites/usage_error.h"

namespace assay::suites {
namespace {

using fixtures::CaseRecipe;
using fixtures::Fill;

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

/// The words after the op, sorted by what they are about.
class OwnCase {
 public:
  OwnCase(const OpSchema& op, const std::vector<std::string>& words) : op_(op) {
    for (const std::string& word : words) read(word);
    words_ = ordinary_extents(op, given_words_);
  }

  CaseRecipe recipe(const std::vector<std::string>& classes) const {
    CaseRecipe recipe;
    recipe.op = op_.name;
    recipe.why = "A shape of one's own.";
    recipe.clauses = {std::string(op_.name) + ".own"};
    recipe.classes = classes.empty() ? std::vector<std::string>{"f32"} : classes;
    recipe.attributes = attributes_;
    recipe.outputs = outputs_;
    recipe.seed = seed_;
    const Attributes attributes = all_attributes();
    const std::set<std::string> usual = usual_inputs(op_, attributes, named_inputs());
    for (const TensorSpec& spec : op_.inputs) {
      for (const std::string& name : tensor_names(spec, attributes)) {
        const std::string* fill = fill_of(name, spec);
        if (fill == nullptr && spec.optional && !usual.contains(std::string(spec.name))) continue;
        recipe.inputs.push_back(input(name, spec, attributes, fill));
      }
    }
    return recipe;
  }

 private:
  [[nodiscard]] fixtures::InputRecipe input(const std::string& name, const TensorSpec& spec,
                                            const Attributes& attributes,
                                            const std::string* fill) const {
    const Words words = words_with(attributes);
    const Shape shape = shape_of(spec, words, is_laid_out_bshd());
    if (fill != nullptr && !fill->empty()) return {name, shape, fill_from(*fill)};
    const auto of_model = is_model(op_.name) ? model_fill(spec, words) : std::nullopt;
    return {name, shape, of_model ? *of_model : ordinary_fill(spec, words)};
  }

  /// What was said about an input, or about all of its kind; nullptr: nothing.
  [[nodiscard]] const std::string* fill_of(const std::string& name, const TensorSpec& spec) const {
    for (const std::string& said : {name, std::string(spec.name)}) {
      const auto found = fills_.find(said);
      if (found != fills_.end()) return &found->second;
    }
    return nullptr;
  }
  [[nodiscard]] std::set<std::string> named_inputs() const {
    std::set<std::string> names;
    for (const auto& [name, fill] : fills_) names.insert(name);
    return names;
  }

  [[nodiscard]] Attributes all_attributes() const {
    Attributes given;
    for (const auto& [name, text] : attributes_) {
      given.insert_or_assign(name, parse_attribute(op_, name, text));
    }
    return complete(op_, std::move(given));
  }

  /// The extents of the shape, those that attributes give among them.
  [[nodiscard]] Words words_with(const Attributes& attributes) const {
    Words words = words_;
    for (const auto& [name, value] : attributes) {
      if (const auto* extent = std::get_if<std::int64_t>(&value)) words.emplace(name, *extent);
    }
    return words;
  }

  void read(const std::string& word) {
    const std::size_t equals = word.find('=');
    const std::string name = word.substr(0, equals);
    const bool has_value = equals != std::string::npos;
    const std::string value = has_value ? word.substr(equals + 1) : "";
    if (has_value && find_named(op_.attributes, name) != nullptr) {
      attributes_.emplace_back(name, value);
    } else if (find_named(op_.inputs, name) != nullptr) {
      fills_[name] = value;
    } else if (const auto meant = specs_meant(op_, name); !meant.empty()) {
      for (const std::string& each : meant) fills_[each] = value;
    } else if (!has_value && is_optional_output(name)) {
      outputs_.push_back(name);
    } else if (has_value && name == "seed") {
      seed_ = whole<std::uint64_t>(name, value, 0);
    } else if (has_value && is_shape_word(op_, name)) {
      given_words_[name] = whole<std::int64_t>(name, value, 0);
    } else {
      throw UsageError("--case: " + unknown_name("part of " + std::string(op_.name), name,
                                                 known_names(),
                                                 "assay explain " + std::string(op_.name)));
    }
  }

  template <class Value>
  static Value whole(const std::string& name, const std::string& text, Value least) {
    const auto value = number<Value>(text);
    if (!value || *value < least)
      throw UsageError("--case: " + name + " is a whole number, not " + text);
    return *value;
  }

  [[nodiscard]] bool is_optional_output(const std::string& name) const {
    const TensorSpec* spec = find_named(op_.outputs, name);
    return spec != nullptr && spec->optional;
  }

  [[nodiscard]] bool is_laid_out_bshd() const {
    return std::find(attributes_.begin(), attributes_.end(),
                     std::pair<std::string, std::string>{"layout", "bshd"}) != attributes_.end();
  }

  [[nodiscard]] std::vector<std::string> known_names() const {
    std::vector<std::string> names = shape_words(op_);
    for (const AttributeSpec& spec : op_.attributes) names.emplace_back(spec.name);
    for (const TensorSpec& spec : op_.inputs) names.emplace_back(spec.name);
    for (const TensorSpec& spec : op_.outputs)
      if (spec.optional) names.emplace_back(spec.name);
    names.emplace_back("seed");
    return names;
  }

  const OpSchema& op_;
  Words given_words_, words_;
  std::vector<std::pair<std::string, std::string>> attributes_;
  std::map<std::string, std::string> fills_;  // empty text: as usual
  std::vector<std::string> outputs_;
  std::uint64_t seed_ = 1;
};

/// "own.n_layers=2.seq_len=16": cases of different words have different ids, so that their results
/// can stand side by side in one report. Ids become names of files, so they end somewhere.
std::string id_of(const std::vector<std::string>& words) {
  constexpr std::size_t longest = 160;
  std::string id = "own";
  for (const std::string& word : words) id += "." + word;
  for (char& each : id) {
    const bool plain = (each >= '0' && each <= '9') || (each >= 'a' && each <= 'z') ||
                       (each >= 'A' && each <= 'Z') || each == '=' || each == '_' || each == '.';
    if (!plain) each = '-';
  }
  return id.substr(0, longest);
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

CaseRecipe own_recipe(const std::string& text, const std::vector<std::string>& classes) {
  std::vector<std::string> words = words_of(text);
  if (words.empty()) throw UsageError("--case: name an op; see: assay list ops");
  const OpSchema* op = find_op(words[0]);
  if (op == nullptr) {
    std::vector<std::string> known;
    for (const OpSchema& each : schema::ops) known.emplace_back(each.name);
    throw UsageError("--case: " + unknown_name("op", words[0], known, "assay list ops"));
  }
  words.erase(words.begin());
  try {
    CaseRecipe recipe = OwnCase(*op, words).recipe(classes);
    recipe.id = id_of(words);
    return recipe;
  } catch (const CallError& error) {
    throw UsageError(std::string("--case: ") + error.what());
  }
}

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
    const std::size_t answered = answer_sampled_rows(test_case);
    console.note(
        fmt::format("assay: the shape is big: {} elements have golden answers, those of "
                    "sampled rows",
                    answered));
  }
  console.clear_progress();
}

}  // namespace assay::suites
