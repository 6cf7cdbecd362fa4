// SPDX-License-Identifier: Apache-2.0
// In a worker: one call as the C ABI wants it, made from a description, with its tensors mapped or
// without data.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "suites/guarded_memory.h"
#include "suites/worker_protocol.h"
#include "variants/assay.h"

namespace assay::suites {

/// Owns everything that an assay_call points to, except the tensors' elements.
class OpenCall {
 public:
  explicit OpenCall(CallDescription description);
  OpenCall(const OpenCall&) = delete;
  OpenCall& operator=(const OpenCall&) = delete;

  /// Maps the tensors of a request and notes in `status` where. Weights come from the first set.
  void map(const Request& request, GuardedMemory& memory, WorkerStatus& status);

  /// Without data: what supports() sees.
  [[nodiscard]] const assay_call& described() const { return described_; }
  /// Data for the weights alone: what prepare() sees.
  [[nodiscard]] const assay_call& with_weights() const { return with_weights_; }
  /// All data, the inputs of one set: what run() sees. `set` is taken modulo their number.
  [[nodiscard]] const assay_call& with_data(std::size_t set) const;
  /// The first set of inputs, and the outputs of the decoy; nullptr where there is none.
  [[nodiscard]] const assay_call* decoy() const { return decoy_ ? &*decoy_ : nullptr; }

  /// Of the elements of all outputs, in their order.
  [[nodiscard]] std::uint64_t outputs_fingerprint() const;

 private:
  struct Tensors {
    std::vector<assay_tensor> inputs, outputs;
  };
  assay_call call_of(Tensors& tensors) const;

  CallDescription description_;
  std::vector<assay_attribute> attributes_;
  Tensors described_tensors_, weight_tensors_;
  std::vector<Tensors> set_tensors_;
  assay_call described_{}, with_weights_{};
  std::vector<assay_call> with_data_;
  Tensors decoy_tensors_;
  std::optional<assay_call> decoy_;
  std::vector<std::span<const std::byte>> output_elements_;
};

}  // namespace assay::suites
