// SPDX-License-Identifier: Apache-2.0
// A call made inside a variant, as the calls of single ops come in.
#pragma once

#include <span>
#include <vector>

#include "variants/kernels/composition.h"

namespace assay::variants {

/// One op inside, as single ops come in.
class InnerCall {
 public:
  InnerCall(const char* op, const char* number_class, int threads, std::span<const Given> given,
            const Given* result) {
    for (const Given& each : given) {
      if (each.present()) inputs_.push_back(each.abi());
    }
    if (result != nullptr) output_ = result->abi();
    call_ = {.size = sizeof(assay_call),
             .threads = threads,
             .op = op,
             .number_class = number_class,
             .attributes = nullptr,
             .attribute_count = 0,
             .inputs = inputs_.data(),
             .input_count = static_cast<std::int64_t>(inputs_.size()),
             .outputs = &output_,
             .output_count = result == nullptr ? 0 : 1};
  }
  InnerCall(const InnerCall&) = delete;
  InnerCall& operator=(const InnerCall&) = delete;

  /// Throws CallError where the model lacks an input that the op needs.
  [[nodiscard]] Invocation invocation(Attributes attributes) const {
    Invocation made(call_, std::move(attributes));
    for (const TensorSpec& spec : made.op().inputs) {
      if (spec.optional || made.input(spec.name) != nullptr) continue;
      throw CallError(std::string(made.op().name) + ": " + std::string(spec.name) +
                      ": input is missing");
    }
    return made;
  }

 private:
  std::vector<assay_tensor> inputs_;
  assay_tensor output_{};
  assay_call call_{};
};

}  // namespace assay::variants
