// SPDX-License-Identifier: Apache-2.0
#include "reference/shape.h"

#include <algorithm>
#include <charconv>
#include <vector>

namespace assay {
namespace {

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(separator), text.size());
    if (end > 0) parts.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

/// One axis of a TensorSpec, such as "past_len+kv_len/1".
struct Axis {
  std::vector<std::string_view> words;  // their sum is the extent
  bool repeatable;                      // an extent of 1 is also allowed
};

Axis parse_axis(std::string_view text) {
  const bool repeatable = text.ends_with("/1");
  if (repeatable) text.remove_suffix(2);
  return {split(text, '+'), repeatable};
}

std::int64_t extent_of(const Axis& axis, const Words& words) {
  std::int64_t extent = 0;
  for (const std::string_view word : axis.words) {
    const auto bound = words.find(word);
    if (bound != words.end()) extent += bound->second;
  }
  return extent;
}

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
  Binder(const OpSchema& op, const Attributes& attributes) : op_(op), attributes_(attributes) {}

  void bind(const TensorSpec& spec, const TensorType& type) {
    const Shape shape = as_bhsd(spec, attributes_, type.shape);
    const std::vector<std::string_view> axes = split(spec.shape, ' ');
    if (shape.size() != axes.size()) {
      fail(spec, "shape " + to_text(type.shape) + " has " + std::to_string(shape.size()) +
                     " axes, the op wants " + std::to_string(axes.size()) + ": " +
                     std::string(spec.shape));
    }
    for (std::size_t i = 0; i < axes.size(); ++i) {
      const Axis axis = parse_axis(axes[i]);
      if (shape[i] < 0) fail(spec, "negative extent in " + to_text(type.shape));
      // Sums and repeatable axes are checked once everything that stands alone is bound.
      if (axis.words.size() > 1 || axis.repeatable) continue;
      const auto [bound, is_new] = words_.emplace(axis.words[0], shape[i]);
      if (!is_new && bound->second != shape[i]) disagree(spec, axes[i], shape[i], bound->second);
    }
  }

  void check(const TensorSpec& spec, const TensorType& type) {
    const Shape shape = as_bhsd(spec, attributes_, type.shape);
    const std::vector<std::string_view> axes = split(spec.shape, ' ');
    for (std::size_t i = 0; i < axes.size(); ++i) {
      const Axis axis = parse_axis(axes[i]);
      if (axis.repeatable && shape[i] == 1) continue;
      const std::int64_t wanted = extent_of(axis, words_);
      if (shape[i] != wanted) disagree(spec, axes[i], shape[i], wanted);
    }
  }

  [[nodiscard]] Words words() && { return std::move(words_); }

  [[noreturn]] void fail(const TensorSpec& spec, const std::string& what) const {
    throw CallError(std::string(op_.name) + ": " + std::string(spec.name) + ": " + what);
  }

 private:
  [[noreturn]] void disagree(const TensorSpec& spec, std::string_view axis, std::int64_t here,
                             std::int64_t before) const {
    fail(spec, std::string(axis) + " is " + std::to_string(here) + " here and " +
                   std::to_string(before) + " before");
  }

  const OpSchema& op_;
  const Attributes& attributes_;
  Words words_;
};

std::string list_names(std::span<const AttributeSpec> specs) {
  std::string text;
  for (const AttributeSpec& spec : specs) {
    text += (text.empty() ? "" : ", ") + std::string(spec.name);
  }
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
  const std::vector<std::string_view> choices = split(spec.choices, '|');
  const std::string& text = std::get<std::string>(value);
  if (std::ranges::find(choices, text) == choices.end()) {
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

}  // namespace

Words bind_words(const OpSchema& op, const NumberClass& number_class, const Attributes& attributes,
                 const TensorTypes& inputs) {
  for (const auto& [name, value] : attributes) check_value(op, spec_of(op, name), value);
  for (const AttributeSpec& spec : op.attributes) {
    if (!attributes.contains(spec.name)) {
      throw CallError(std::string(op.name) + ": attribute " + std::string(spec.name) +
                      " is missing; every attribute is explicit");
    }
  }
  for (const auto& [name, type] : inputs) {
    if (find_named(op.inputs, name) == nullptr) {
      throw CallError(std::string(op.name) + ": no input '" + name + "'");
    }
  }
  Binder binder(op, attributes);
  for (const TensorSpec& spec : op.inputs) {
    const auto found = inputs.find(spec.name);
    if (found == inputs.end()) {
      if (!spec.optional) binder.fail(spec, "input is missing");
      continue;
    }
    const DType wanted = dtype_of(spec, number_class);
    if (found->second.dtype != wanted) {
      binder.fail(spec, "is " + std::string(name_of(found->second.dtype)) + ", class " +
                            std::string(number_class.name) + " wants " +
                            std::string(name_of(wanted)));
    }
    binder.bind(spec, found->second);
  }
  for (const TensorSpec& spec : op.inputs) {
    const auto found = inputs.find(spec.name);
    if (found != inputs.end()) binder.check(spec, found->second);
  }
  return std::move(binder).words();
}

TensorType output_type(const OpSchema& op, const NumberClass& number_class,
                       const Attributes& attributes, const Words& words, std::string_view output) {
  const TensorSpec* spec = find_named(op.outputs, output);
  if (spec == nullptr) {
    throw CallError(std::string(op.name) + ": no output '" + std::string(output) + "'");
  }
  Shape shape;
  for (const std::string_view axis : split(spec->shape, ' ')) {
    shape.push_back(extent_of(parse_axis(axis), words));
  }
  return {dtype_of(*spec, number_class), as_bhsd(*spec, attributes, std::move(shape))};
}

Attributes complete(const OpSchema& op, Attributes given) {
  for (const auto& [name, value] : given) check_value(op, spec_of(op, name), value);
  for (const AttributeSpec& spec : op.attributes) {
    if (!given.contains(spec.name)) {
      given.emplace(spec.name, parse_attribute(op, spec.name, spec.ordinary));
    }
  }
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
      for (const std::string_view item : split(text, ',')) {
        list.push_back(parse_number<std::int64_t>(op, spec, item));
      }
      value = std::move(list);
      break;
    }
  }
  check_value(op, spec, value);
  return value;
}

}  // namespace assay
