// SPDX-License-Identifier: Apache-2.0
#include "suites/own_case.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <set>

#include "suites/command_words.h"
#include "suites/model_cost.h"
#include "suites/own_fill.h"
#include "suites/own_model.h"
#include "suites/shape_words.h"
#include "suites/spelling.h"
#include "suites/usage_error.h"

namespace assay::suites {
namespace {

using fixtures::CaseRecipe;
using fixtures::Fill;

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

}  // namespace assay::suites
