// SPDX-License-Identifier: Apache-2.0
#include "suites/case_layout.h"

#include <fmt/format.h>

#include <cstring>
#include <functional>
#include <numeric>
#include <stdexcept>

#include "reference/schema.h"
#include "suites/elements.h"
#include "suites/index_words.h"
#include "suites/judge.h"

namespace assay::suites {
namespace {

std::size_t bytes_of(const TensorDescription& tensor) {
  return std::accumulate(tensor.shape.begin(), tensor.shape.end(), size_of(tensor.dtype),
                         [](std::size_t size, std::int64_t extent) {
                           return size * static_cast<std::size_t>(extent);
                         });
}

std::string where(const CallDescription& call, const TensorDescription& output, std::size_t flat) {
  const OpSchema* op = find_op(call.op);
  return index_text(op ? axis_words(*op, call.attributes, output.name) : std::vector<std::string>{},
                    index_of(flat, output.shape));
}

}  // namespace

CallDescription describe_call(const fixtures::Case& test_case, const NumberClass& number_class,
                              int threads) {
  CallDescription call;
  call.op = test_case.op;
  call.number_class = number_class.name;
  call.threads = threads;
  call.attributes = test_case.attributes;
  const OpSchema* op = find_op(test_case.op);
  if (op == nullptr) throw std::runtime_error(test_case.full_id() + ": unknown op");
  for (const TensorSpec& spec : op->inputs) {
    if (spec.in_out) continue;
    for (const auto& [name, array] : test_case.inputs) {
      if (!is_named(spec.name, name)) continue;
      const DType dtype = is_floating(array.dtype) ? number_class.storage : array.dtype;
      call.inputs.push_back({name, dtype, array.shape, spec.weight, false});
    }
  }
  for (const fixtures::Golden& golden : test_case.outputs) {
    call.outputs.push_back({golden.name, stored_type(golden, number_class), golden.want.shape,
                            false, find_named(op->outputs, golden.name)->in_out});
  }
  return call;
}

Contents stored_contents(const fixtures::Case& test_case, const CallDescription& call) {
  const auto stored = [&](const TensorDescription& each) {
    std::vector<std::byte> bytes(bytes_of(each));
    store_elements(test_case.inputs.at(each.name), each.dtype, bytes);
    return bytes;
  };
  Contents contents;
  for (const TensorDescription& each : call.inputs) contents.inputs.push_back(stored(each));
  for (const TensorDescription& each : call.outputs) {
    contents.outputs.push_back(each.in_out ? stored(each) : std::vector<std::byte>{});
  }
  return contents;
}

Request PassLayout::request(const CallDescription& call, std::uint32_t actions) const {
  Request request;
  request.actions = actions;
  request.call = call;
  request.input_sets = input_sets;
  request.outputs = outputs;
  request.decoy = decoy;
  return request;
}

PassLayout lay_out(Arena& arena, const CallDescription& call, const Contents& contents,
                   Placement placement, std::size_t sets, std::size_t displacement) {
  const std::vector<std::vector<std::byte>>& inputs = contents.inputs;
  PassLayout layout;
  layout.placement = placement;
  std::size_t number = 0;  // of the tensor
  const auto shift_of = [&](DType type) {
    return displacement == 0 ? 0 : (displacement + number++) * size_of(type) % 64;
  };
  for (std::size_t set = 0; set < sets; ++set) {
    RegionList& list = layout.input_sets.emplace_back();
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      const bool repeated = set > 0 && call.inputs[i].weight;
      const Region region = arena.place(repeated ? 0 : inputs[i].size(), placement, Poison::input,
                                        shift_of(call.inputs[i].dtype));
      list.regions.push_back(region);
      if (region.bytes > 0) {
        std::memcpy(arena.elements(region).data(), inputs[i].data(), region.bytes);
      }
    }
  }
  for (const TensorDescription& output : call.outputs) {
    layout.outputs.regions.push_back(
        arena.place(bytes_of(output), placement, Poison::output, shift_of(output.dtype)));
  }
  refill_outputs(arena, layout, contents);
  return layout;
}

void refill_outputs(Arena& arena, const PassLayout& layout, const Contents& contents) {
  for (std::size_t i = 0; i < layout.outputs.regions.size(); ++i) {
    const Region& region = layout.outputs.regions[i];
    if (contents.outputs[i].empty()) {
      arena.poison(region);
    } else {
      std::memcpy(arena.elements(region).data(), contents.outputs[i].data(), region.bytes);
    }
  }
}

std::string trespass(Arena& arena, const CallDescription& call, const PassLayout& layout,
                     const Contents& contents) {
  const std::vector<std::vector<std::byte>>& inputs = contents.inputs;
  for (const RegionList& set : layout.input_sets) {
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      const auto now = arena.elements(set.regions[i]);
      if (!now.empty() && std::memcmp(now.data(), inputs[i].data(), now.size()) != 0) {
        return "changed input " + call.inputs[i].name;
      }
    }
  }
  for (std::size_t i = 0; i < call.outputs.size(); ++i) {
    const TensorDescription& output = call.outputs[i];
    const Region& region = layout.outputs.regions[i];
    if (!arena.intact_before(region)) return "wrote before the start of output " + output.name;
    if (!arena.intact_after(region)) return "wrote past the end of output " + output.name;
  }
  for (std::size_t i = 0; i < call.outputs.size(); ++i) {
    const TensorDescription& output = call.outputs[i];
    if (output.in_out) continue;  // what may stay as it was cannot be told from what was left out
    const auto elements = arena.elements(layout.outputs.regions[i]);
    const std::size_t unwritten = first_poisoned(elements, size_of(output.dtype));
    if (unwritten * size_of(output.dtype) < elements.size()) {
      return fmt::format("output {}: the element at {} was never written", output.name,
                         where(call, output, unwritten));
    }
  }
  return "";
}

}  // namespace assay::suites
