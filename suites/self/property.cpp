// SPDX-License-Identifier: Apache-2.0
#include "suites/self/property.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "fixtures/recipe.h"
#include "reference/ops.h"

namespace assay::suites::self {
namespace {

using fixtures::Array;

reference::Operand<double> operand_of(Array& array) {
  switch (array.dtype) {
    case DType::i64:
      return {array.shape, array.as<std::int64_t>()};
    case DType::boolean:
      return {array.shape, array.as<std::uint8_t>()};
    default:
      return {array.shape, array.as<double>()};
  }
}

DType in_memory(DType type) { return is_floating(type) ? DType::f64 : type; }

}  // namespace

PropertyCall PropertyCall::with(std::string attribute, std::string value) const {
  PropertyCall changed = *this;
  changed.attributes.emplace_back(std::move(attribute), std::move(value));
  return changed;
}

PropertyCall PropertyCall::with(std::string input, Array array) const {
  PropertyCall changed = *this;
  changed.inputs[std::move(input)] = std::move(array);
  return changed;
}

PropertyCall PropertyCall::without(const std::string& input) const {
  PropertyCall changed = *this;
  changed.inputs.erase(input);
  return changed;
}

PropertyCall PropertyCall::asking_for(std::string output) const {
  PropertyCall changed = *this;
  changed.optional_outputs.push_back(std::move(output));
  return changed;
}

Tensors evaluate_reference(const PropertyCall& call) {
  const OpSchema& op = *find_op(call.op);
  const NumberClass& number_class = *find_class(call.number_class);
  Attributes attributes;
  for (const auto& [name, text] : call.attributes) {
    attributes.insert_or_assign(name, parse_attribute(op, name, text));
  }
  attributes = complete(op, std::move(attributes));
  TensorTypes types;
  for (const auto& [name, array] : call.inputs) {
    const DType type = is_floating(array.dtype) ? number_class.storage : array.dtype;
    types.emplace(name, TensorType{type, array.shape});
  }
  const Words words = bind_words(op, number_class, attributes, types);

  Tensors outputs, inputs = call.inputs;
  reference::Call<double> computed{.op = &op,
                                   .storage = number_class.storage,
                                   .operands = number_class.operands,
                                   .attributes = attributes,
                                   .inputs = {},
                                   .outputs = {}};
  for (auto& [name, array] : inputs) computed.inputs.emplace(name, operand_of(array));
  for (const std::string& name : outputs_of_call(op, attributes, types, call.optional_outputs)) {
    const TensorType type = output_type(op, number_class, attributes, words, name);
    outputs[name] = Array::zeros(in_memory(type.dtype), type.shape);
    computed.outputs.emplace(name, operand_of(outputs[name]));
  }
  reference::evaluate(computed);
  return outputs;
}

Array normal(Shape shape, std::uint64_t key, double scale) {
  fixtures::Draw draw(key);
  Array array = Array::zeros(DType::f64, std::move(shape));
  for (std::size_t i = 0; i < array.count(); ++i) array.as<double>()[i] = scale * draw.normal();
  return array;
}

Array filled(Shape shape, double value) {
  Array array = Array::zeros(DType::f64, std::move(shape));
  std::fill_n(array.as<double>(), array.count(), value);
  return array;
}

Array floats(Shape shape, const std::vector<double>& values) {
  Array array = Array::zeros(DType::f64, std::move(shape));
  std::copy_n(values.begin(), array.count(), array.as<double>());
  return array;
}

Array integers(Shape shape, const std::vector<std::int64_t>& values) {
  Array array = Array::zeros(DType::i64, std::move(shape));
  std::copy_n(values.begin(), array.count(), array.as<std::int64_t>());
  return array;
}

Array booleans(Shape shape, const std::vector<int>& values) {
  Array array = Array::zeros(DType::boolean, std::move(shape));
  std::transform(values.begin(), values.end(), array.as<std::uint8_t>(),
                 [](int value) { return static_cast<std::uint8_t>(value); });
  return array;
}

Array counted(Shape shape, std::int64_t first) {
  Array array = Array::zeros(DType::i64, std::move(shape));
  for (std::size_t i = 0; i < array.count(); ++i) {
    array.as<std::int64_t>()[i] = first + static_cast<std::int64_t>(i);
  }
  return array;
}

Array overwritten(Array array, std::size_t axis, std::int64_t at, double value) {
  const fixtures::AroundAxis around(array, axis);
  const std::size_t inner = around.inner_bytes / sizeof(double);
  for (std::size_t outer = 0; outer < around.outer; ++outer) {
    const std::size_t slice = outer * around.extent + static_cast<std::size_t>(at);
    std::fill_n(array.as<double>() + slice * inner, inner, value);
  }
  return array;
}

bool same_bits(const Array& a, const Array& b) {
  return a.dtype == b.dtype && a.shape == b.shape && a.bytes == b.bytes;
}

double difference(const Array& a, const Array& b) {
  if (a.shape != b.shape || a.dtype != DType::f64 || b.dtype != DType::f64) {
    return std::numeric_limits<double>::infinity();
  }
  double largest = 0;
  for (std::size_t i = 0; i < a.count(); ++i) {
    const double x = a.as<double>()[i], y = b.as<double>()[i];
    if (x == y || (std::isnan(x) && std::isnan(y))) continue;
    const double apart = std::fabs(x - y);
    if (std::isnan(apart)) return std::numeric_limits<double>::infinity();
    largest = std::max(largest, apart);
  }
  return largest;
}

}  // namespace assay::suites::self
