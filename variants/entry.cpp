// SPDX-License-Identifier: Apache-2.0
#include "variants/entry.h"

namespace assay::variants {
namespace {

const assay_tensor* find(std::span<const assay_tensor> tensors, std::string_view name) {
  for (const assay_tensor& tensor : tensors) {
    if (tensor.name == name) return &tensor;
  }
  return nullptr;
}

Attribute value_of(const assay_attribute& attribute) {
  switch (attribute.kind) {
    case ASSAY_I64:
      return attribute.i64;
    case ASSAY_F64:
      return attribute.f64;
    case ASSAY_BOOL:
      return attribute.i64 != 0;
    case ASSAY_STRING:
      return std::string(attribute.string);
    case ASSAY_I64_LIST:
      return std::vector<std::int64_t>(attribute.list, attribute.list + attribute.list_length);
    default:
      throw CallError(std::string("attribute ") + attribute.name + " has the unknown kind " +
                      std::to_string(attribute.kind));
  }
}

std::string& error_text() {
  thread_local std::string text;
  return text;
}

}  // namespace

Invocation::Invocation(const assay_call& call, Attributes attributes)
    : call_(&call),
      op_(find_op(call.op)),
      number_class_(find_class(call.number_class)),
      attributes_(std::move(attributes)) {
  if (op_ == nullptr) throw Unsupported(std::string("no kernel for op '") + call.op + "'");
  if (number_class_ == nullptr) {
    throw Unsupported(std::string("no kernel for class '") + call.number_class + "'");
  }
}

Invocation::Invocation(const assay_call& call) : Invocation(call, Attributes{}) {
  for (std::int64_t i = 0; i < call.attribute_count; ++i) {
    attributes_[call.attributes[i].name] = value_of(call.attributes[i]);
  }
  for (const AttributeSpec& spec : op_->attributes) {
    const auto found = attributes_.find(spec.name);
    if (found == attributes_.end() || kind_of(found->second) != spec.kind) {
      throw CallError(std::string(op_->name) + ": attribute " + std::string(spec.name) +
                      " is missing or of the wrong kind; every attribute must be given");
    }
  }
}

std::span<const assay_tensor> Invocation::inputs() const {
  return {call_->inputs, static_cast<std::size_t>(call_->input_count)};
}

std::span<const assay_tensor> Invocation::outputs() const {
  return {call_->outputs, static_cast<std::size_t>(call_->output_count)};
}

const assay_tensor* Invocation::input(std::string_view name) const {
  const assay_tensor* found = find(inputs(), name);
  if (found != nullptr) return found;
  const assay_tensor* rewritten = output(name);
  return rewritten != nullptr && is_in_out(*rewritten) ? rewritten : nullptr;
}

const assay_tensor* Invocation::output(std::string_view name) const {
  return find(outputs(), name);
}

void Invocation::check() const {
  TensorTypes types;
  for (const assay_tensor& tensor : inputs()) {
    types[tensor.name] = {dtype_of(tensor), shape_of(tensor)};
  }
  for (const assay_tensor& tensor : outputs()) {
    if (is_in_out(tensor)) types[tensor.name] = {dtype_of(tensor), shape_of(tensor)};
  }
  const Words words = bind_words(*op_, *number_class_, attributes_, types);
  for (const assay_tensor& tensor : outputs()) {
    const TensorType want = output_type(*op_, *number_class_, attributes_, words, tensor.name);
    if (want.dtype != dtype_of(tensor) || want.shape != shape_of(tensor)) {
      throw CallError(std::string(op_->name) + ": output " + tensor.name +
                      " is of another type or shape than the inputs ask for");
    }
  }
  for (const TensorSpec& spec : op_->outputs) {
    if (!spec.optional && output(spec.name) == nullptr) {
      throw CallError(std::string(op_->name) + ": output " + std::string(spec.name) +
                      " is missing");
    }
  }
}

DType dtype_of(const assay_tensor& tensor) {
  const DLDataType type = tensor.dl.dtype;
  switch (type.code * 256 + type.bits) {
    case kDLFloat * 256 + 64:
      return DType::f64;
    case kDLFloat * 256 + 32:
      return DType::f32;
    case kDLFloat * 256 + 16:
      return DType::f16;
    case kDLBfloat * 256 + 16:
      return DType::bf16;
    case kDLInt * 256 + 64:
      return DType::i64;
    case kDLUInt * 256 + 8:
      return DType::boolean;
    default:
      throw CallError(std::string(tensor.name) + ": element type " + std::to_string(type.code) +
                      "/" + std::to_string(type.bits) + " is none of the ABI's");
  }
}

Shape shape_of(const assay_tensor& tensor) {
  return Shape(tensor.dl.shape, tensor.dl.shape + tensor.dl.ndim);
}

std::size_t count_of(const assay_tensor& tensor) {
  std::size_t count = 1;
  for (const std::int64_t extent : shape_of(tensor)) count *= static_cast<std::size_t>(extent);
  return count;
}

void remember_error(const char* what) { error_text() = what; }

const char* last_error() { return error_text().c_str(); }

}  // namespace assay::variants
