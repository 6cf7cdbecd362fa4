// SPDX-License-Identifier: Apache-2.0
#include "suites/open_call.h"

#include <utility>

#include "suites/fingerprint.h"

namespace assay::suites {
namespace {

DLDataType dl_type(DType type) {
  const auto bits = static_cast<std::uint8_t>(8 * size_of(type));
  switch (type) {
    case DType::f64:
    case DType::f32:
    case DType::f16:
      return {kDLFloat, bits, 1};
    case DType::bf16:
      return {kDLBfloat, bits, 1};
    case DType::i64:
      return {kDLInt, bits, 1};
    case DType::boolean:
      break;
  }
  return {kDLUInt, bits, 1};
}

assay_attribute abi_attribute(const std::string& name, const Attribute& value) {
  assay_attribute attribute{};
  attribute.name = name.c_str();
  attribute.kind = static_cast<std::int32_t>(value.index());
  if (const auto* i64 = std::get_if<std::int64_t>(&value)) attribute.i64 = *i64;
  if (const auto* f64 = std::get_if<double>(&value)) attribute.f64 = *f64;
  if (const auto* boolean = std::get_if<bool>(&value)) attribute.i64 = *boolean ? 1 : 0;
  if (const auto* text = std::get_if<std::string>(&value)) attribute.string = text->c_str();
  if (const auto* list = std::get_if<std::vector<std::int64_t>>(&value)) {
    attribute.list = list->data();
    attribute.list_length = static_cast<std::int64_t>(list->size());
  }
  return attribute;
}

std::vector<assay_tensor> abi_tensors(std::vector<TensorDescription>& descriptions) {
  std::vector<assay_tensor> tensors;
  for (TensorDescription& each : descriptions) {
    assay_tensor& tensor = tensors.emplace_back();
    tensor = {};
    tensor.name = each.name.c_str();
    tensor.dl.device = {kDLCPU, 0};
    tensor.dl.ndim = static_cast<int>(each.shape.size());
    tensor.dl.dtype = dl_type(each.dtype);
    tensor.dl.shape = each.shape.data();
    if (each.weight) tensor.flags |= ASSAY_WEIGHT;
    if (each.in_out) tensor.flags |= ASSAY_IN_OUT;
  }
  return tensors;
}

bool is_weight(const assay_tensor& tensor) { return (tensor.flags & ASSAY_WEIGHT) != 0; }

}  // namespace

OpenCall::OpenCall(CallDescription description) : description_(std::move(description)) {
  for (const auto& [name, value] : description_.attributes) {
    attributes_.push_back(abi_attribute(name, value));
  }
  described_tensors_ = {abi_tensors(description_.inputs), abi_tensors(description_.outputs)};
  described_ = call_of(described_tensors_);
}

assay_call OpenCall::call_of(Tensors& tensors) const {
  assay_call call{};
  call.size = sizeof call;
  call.threads = description_.threads;
  call.op = description_.op.c_str();
  call.number_class = description_.number_class.c_str();
  call.attributes = attributes_.data();
  call.attribute_count = static_cast<std::int64_t>(attributes_.size());
  call.inputs = tensors.inputs.data();
  call.input_count = static_cast<std::int64_t>(tensors.inputs.size());
  call.outputs = tensors.outputs.data();
  call.output_count = static_cast<std::int64_t>(tensors.outputs.size());
  return call;
}

void OpenCall::map(const Request& request, GuardedMemory& memory, WorkerStatus& status) {
  std::uint64_t length = 0;
  std::size_t count = 0;
  const auto add = [&](const RegionList& list) {
    for (const Region& region : list.regions) length += region.length;
    count += list.regions.size();
  };
  for (const RegionList& set : request.input_sets) add(set);
  add(request.outputs);
  add(request.decoy.outputs);
  memory.reserve(length, count);

  std::uint32_t noted = 0;
  const auto map_region = [&](const Region& region, bool writable) -> void* {
    std::byte* pages = memory.map(region, writable);
    if (noted < WorkerStatus::most_regions) {
      status.region_address[noted++] = reinterpret_cast<std::uint64_t>(pages);
      status.region_count = noted;
    }
    return region.bytes > 0 ? pages + region.begin : nullptr;
  };

  status.region_count = 0;
  output_elements_.clear();
  set_tensors_.assign(request.input_sets.size(), described_tensors_);
  for (std::size_t set = 0; set < set_tensors_.size(); ++set) {
    std::vector<assay_tensor>& inputs = set_tensors_[set].inputs;
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      void* data = map_region(request.input_sets[set].regions.at(i), false);
      inputs[i].dl.data = is_weight(inputs[i]) ? set_tensors_[0].inputs[i].dl.data : data;
      if (set == 0) inputs[i].dl.data = data;
    }
  }
  for (std::size_t i = 0; i < described_tensors_.outputs.size(); ++i) {
    const Region& region = request.outputs.regions.at(i);
    void* data = map_region(region, true);
    for (Tensors& tensors : set_tensors_) tensors.outputs[i].dl.data = data;
    output_elements_.emplace_back(static_cast<const std::byte*>(data), region.bytes);
  }
  decoy_.reset();
  if (!request.decoy.outputs.regions.empty() && !set_tensors_.empty()) {
    decoy_tensors_ = set_tensors_[0];
    for (std::size_t i = 0; i < decoy_tensors_.outputs.size(); ++i)
      decoy_tensors_.outputs[i].dl.data = map_region(request.decoy.outputs.regions.at(i), true);
    decoy_ = call_of(decoy_tensors_);
  }

  weight_tensors_ = described_tensors_;
  for (std::size_t i = 0; i < weight_tensors_.inputs.size() && !set_tensors_.empty(); ++i) {
    assay_tensor& tensor = weight_tensors_.inputs[i];
    if (is_weight(tensor)) tensor.dl.data = set_tensors_[0].inputs[i].dl.data;
  }
  with_weights_ = call_of(weight_tensors_);
  with_data_.clear();
  for (Tensors& tensors : set_tensors_) with_data_.push_back(call_of(tensors));
}

std::uint64_t OpenCall::outputs_fingerprint() const {
  std::uint64_t mixed = 0;
  for (const auto& elements : output_elements_) mixed = fingerprint(elements, mixed);
  return mixed;
}

const assay_call& OpenCall::with_data(std::size_t set) const {
  return with_data_.at(set % with_data_.size());
}

}  // namespace assay::suites
