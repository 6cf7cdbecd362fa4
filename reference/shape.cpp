// SPDX-License-Identifier: Apache-2.0
#include "reference/shape.h"

#include <algorithm>
#include <charconv>
#include <vector>

#include "reference/axis.h"

namespace assay {
namespace {

constexpr std::int64_t most_layers = 4096;

std::string to_text(const Shape& shape) {
  std::string text = "(";
  for (const std::int64_t extent : shape) {
    if (text.size() > 1) text += ", ";
    text += std::to_string(extent);
  }
  return text + ")";
}

/// Under layout = "bshd" the axes 1 and 2 of some tensors lie exchanged; shapes are checked as
/// bhsd.
Shape as_bhsd(const TensorSpec& spec, const Attributes& attributes, Shape shape) {
  const auto layout = attributes.find("layout");
  const bool exchanged = spec.laid_out && layout != attributes.end() &&
                         std::get<std::string>(layout->second) == "bshd";
  if (exchanged && shape.size() == 4) std::swap(shape[1], shape[2]);
  return shape;
}

DType dtype_of(const TensorSpec& spec, const NumberClass& number_class) {
  switch (spec.kind) {
    case ElementKind::floating:
      return number_class.storage;
    case ElementKind::i64:
      return DType::i64;
    case ElementKind::boolean:
      return DType::boolean;
  }
  return DType::f32;
}

class Binder {
 public:
  Binder(const OpSchema& op, const NumberClass& number_class, const Attributes& attributes)
      : op_(op), number_class_(number_class), attributes_(attributes) {
    for (const auto specs : {op.inputs, op.outputs})
      for (const TensorSpec& spec : specs)
        for_words(spec.shape, [&](std::string_view word) { bind_attribute(word); });
  }

  void bind(const TensorSpec& spec, const std::string& name, const TensorType& type) {
    const DType wanted = dtype_of(spec, number_class_);
    if (type.dtype != wanted) {
      fail(name, "is " + std::string(name_of(type.dtype)) + ", class " +
                     std::string(number_class_.name) + " wants " + std::string(name_of(wanted)));
    }
    const Shape shape = as_bhsd(spec, attributes_, type.shape);
    const auto axes = axes_of(spec.shape);
    if (shape.size() != axes.size()) {
      fail(name, "shape " + to_text(type.shape) + " has " + std::to_string(shape.size()) +
                     " axes, the op wants " + std::to_string(axes.size()) + ": " +
                     std::string(spec.shape));
    }
    for (std::size_t i = 0; i < axes.size(); ++i) {
      const Axis axis = parse_axis(axes[i]);
      if (shape[i] < 0) fail(name, "negative extent in " + to_text(type.shape));
      // Sums and repeatable axes are checked once everything that stands alone is bound.
      if (!axis.settles_a_word()) continue;
      const std::int64_t factor = axis.terms[0].factor;
      if (shape[i] % factor != 0) {
        fail(name, std::string(axes[i]) + " is " + std::to_string(shape[i]) +
                       " here, no multiple of " + std::to_string(factor));
      }
      const std::int64_t extent = shape[i] / factor;
      const auto [bound, is_new] = words_.emplace(axis.terms[0].words[0], extent);
      if (!is_new && bound->second != extent)
        disagree(name, axes[i], shape[i], bound->second * factor);
    }
  }

  void check(const TensorSpec& spec, const std::string& name, const TensorType& type) const {
    const Shape shape = as_bhsd(spec, attributes_, type.shape);
    const auto axes = axes_of(spec.shape);
    for (std::size_t i = 0; i < axes.size(); ++i) {
      const Axis axis = parse_axis(axes[i]);
      if (axis.repeatable && shape[i] == 1) continue;
      const std::int64_t wanted = axis.extent(words_);
      if (shape[i] != wanted) disagree(name, axes[i], shape[i], wanted);
    }
  }

  [[nodiscard]] Words words() && { return std::move(words_); }

  [[noreturn]] void fail(const std::string& name, const std::string& what) const {
    throw CallError(std::string(op_.name) + ": " + name + ": " + what);
  }

 private:
  /// An attribute of a word's name gives its extent.
  void bind_attribute(std::string_view word) {
    const auto found = attributes_.find(word);
    if (found == attributes_.end()) return;
    const auto* value = std::get_if<std::int64_t>(&found->second);
    if (value == nullptr) return;
    if (*value < 0) {
      throw CallError(std::string(op_.name) + ": attribute " + std::string(word) + " is " +
                      std::to_string(*value) + "; it is an extent");
    }
    words_.emplace(word, *value);
  }

  [[noreturn]] void disagree(const std::string& name, std::string_view axis, std::int64_t here,
                             std::int64_t before) const {
    fail(name, std::string(axis) + " is " + std::to_string(here) + " here and " +
                   std::to_string(before) + " before");
  }

  const OpSchema& op_;
  const NumberClass& number_class_;
  const Attributes& attributes_;
  Words words_;
};

std::string list_names(std::span<const AttributeSpec> specs) {
  std::string text;
  for (const AttributeSpec& spec : specs)
    text += (text.empty() ? "" : ", ") + std::string(spec.name);
  return text.empty() ? "none" : text;
}

const AttributeSpec& spec_of(const OpSchema& op, std::string_view name) {
  const AttributeSpec* spec = find_named(op.attributes, name);
  if (spec == nullptr) {
    throw CallError(std::string(op.name) + ": no attribute '" + std::string(name) +
                    "'; it has: " + list_names(op.attributes));
  }
  return *spec;
}

void check_value(const OpSchema& op, const AttributeSpec& spec, const Attribute& value) {
  const std::string where = std::string(op.name) + ": attribute " + std::string(spec.name);
  if (kind_of(value) != spec.kind) throw CallError(where + " is of the wrong kind");
  if (spec.kind != AttributeKind::string || spec.choices.empty()) return;
  const std::string& text = std::get<std::string>(value);
  bool is_choice = false;
  for_parts(spec.choices, '|', [&](std::string_view each) { is_choice |= each == text; });
  if (!is_choice) {
    throw CallError(where + " is '" + text + "'; it may be " + std::string(spec.choices));
  }
}

template <class Value>
Value parse_number(const OpSchema& op, const AttributeSpec& spec, std::string_view text) {
  Value value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) {
    throw CallError(std::string(op.name) + ": attribute " + std::string(spec.name) +
                    ": cannot read a number in '" + std::string(text) + "'");
  }
  return value;
}

[[noreturn]] void refuse_unknown(const OpSchema& op, const Attributes& attributes,
                                 const TensorTypes& inputs) {
  const std::vector<std::string> known = tensor_names(op.inputs, attributes);
  for (const auto& [name, type] : inputs) {
    if (std::ranges::find(known, name) != known.end()) continue;
    const TensorSpec* spec = find_named(op.inputs, name);
    const std::string why =
        spec == nullptr ? "" : "; " + std::string(spec->repeated) + " says how many there are";
    throw CallError(std::string(op.name) + ": no input '" + name + "'" + why);
  }
  throw CallError(std::string(op.name) + ": an input too many");
}

}  // namespace

std::vector<std::string> tensor_names(const TensorSpec& spec, const Attributes& attributes) {
  if (spec.repeated.empty()) return {std::string(spec.name)};
  const std::size_t star = spec.name.find('*');
  std::vector<std::string> names;
  const auto count = std::get<std::int64_t>(attributes.find(spec.repeated)->second);
  if (count < 0 || count > most_layers) {
    throw CallError(std::string(spec.repeated) + " is " + std::to_string(count) +
                    "; it may be 0 ... " + std::to_string(most_layers));
  }
  for (std::int64_t i = 0; i < count; ++i) {
    names.push_back(std::string(spec.name.substr(0, star)) + std::to_string(i) +
                    std::string(spec.name.substr(star + 1)));
  }
  return names;
}

std::vector<std::string> tensor_names(std::span<const TensorSpec> specs,
                                      const Attributes& attributes) {
  std::vector<std::string> names;
  for (const TensorSpec& spec : specs)
    for (std::string& name : tensor_names(spec, attributes)) names.push_back(std::move(name));
  return names;
}

std::vector<std::string> outputs_of_call(const OpSchema& op, const Attributes& attributes,
                                         const TensorTypes& inputs,
                                         const std::vector<std::string>& optional) {
  std::vector<std::string> outputs;
  for (const TensorSpec& spec : op.outputs) {
    for (std::string& name : tensor_names(spec, attributes)) {
      const bool rewritten = spec.in_out && inputs.contains(name);
      const bool asked_for = std::ranges::find(optional, name) != optional.end();
      if (!spec.optional || rewritten || asked_for) outputs.push_back(std::move(name));
    }
  }
  return outputs;
}

Words bind_words(const OpSchema& op, const NumberClass& number_class, const Attributes& attributes,
                 const TensorTypes& inputs) {
  for (const auto& [name, value] : attributes) check_value(op, spec_of(op, name), value);
  for (const AttributeSpec& spec : op.attributes) {
    if (!attributes.contains(spec.name)) {
      throw CallError(std::string(op.name) + ": attribute " + std::string(spec.name) +
                      " is missing; every attribute is explicit");
    }
  }
  std::size_t known = 0;
  Binder binder(op, number_class, attributes);
  for (const TensorSpec& spec : op.inputs) {
    for (const std::string& name : tensor_names(spec, attributes)) {
      const auto found = inputs.find(name);
      if (found != inputs.end()) {
        binder.bind(spec, name, found->second);
        ++known;
      } else if (!spec.optional) {
        binder.fail(name, "input is missing");
      }
    }
  }
  if (known < inputs.size()) refuse_unknown(op, attributes, inputs);
  for (const auto& [name, type] : inputs) binder.check(*find_named(op.inputs, name), name, type);
  return std::move(binder).words();
}

TensorType output_type(const OpSchema& op, const NumberClass& number_class,
                       const Attributes& attributes, const Words& words, std::string_view output) {
  const TensorSpec* spec = find_named(op.outputs, output);
  if (spec == nullptr) {
    throw CallError(std::string(op.name) + ": no output '" + std::string(output) + "'");
  }
  Shape shape;
  for (const std::string_view axis : axes_of(spec->shape))
    shape.push_back(parse_axis(axis).extent(words));
  return {dtype_of(*spec, number_class), as_bhsd(*spec, attributes, std::move(shape))};
}

Attributes complete(const OpSchema& op, Attributes given) {
  for (const auto& [name, value] : given) check_value(op, spec_of(op, name), value);
  for (const AttributeSpec& spec : op.attributes)
    if (!given.contains(spec.name))
      given.emplace(spec.name, parse_attribute(op, spec.name, spec.ordinary));
  return given;
}

Attribute parse_attribute(const OpSchema& op, std::string_view name, std::string_view text) {
  const AttributeSpec& spec = spec_of(op, name);
  Attribute value;
  switch (spec.kind) {
    case AttributeKind::i64:
      value = parse_number<std::int64_t>(op, spec, text);
      break;
    case AttributeKind::f64:
      value = parse_number<double>(op, spec, text);
      break;
    case AttributeKind::boolean:
      if (text != "true" && text != "false") {
        throw CallError(std::string(op.name) + ": attribute " + std::string(name) +
                        " is true or false, not '" + std::string(text) + "'");
      }
      value = text == "true";
      break;
    case AttributeKind::string:
      value = std::string(text);
      break;
    case AttributeKind::i64_list: {
      std::vector<std::int64_t> list;
      for_parts(text, ',', [&](std::string_view item) {
        list.push_back(parse_number<std::int64_t>(op, spec, item));
      });
      value = std::move(list);
      break;
    }
  }
  check_value(op, spec, value);
  return value;
}

}  // namespace assay
