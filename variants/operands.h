// SPDX-License-Identifier: Apache-2.0
// The floating tensors of a call as the kernels want them, float or double: in place where they are
// stored so, else widened beforehand and rounded afterwards, once. [numerics.class]
#pragma once

#include <list>
#include <vector>

#include "variants/entry.h"

namespace assay::variants {

/// What is read again after the value has been written as this type.
template <class Number>
Number as_stored(Number value, DType dtype) {
  if (dtype == DType::bf16) return f32_from_bf16(bf16_from_f32(static_cast<float>(value)));
  if (dtype == DType::f16) return f32_from_f16(f16_from_f32(static_cast<float>(value)));
  return value;
}

/// Widened inputs and outputs still to be rounded; owns both.
template <class Number>
class Operands {
 public:
  /// The elements of an input; nullptr where it is absent or has no data.
  const Number* read(const assay_tensor* tensor) {
    if (tensor == nullptr || tensor->dl.data == nullptr) return nullptr;
    if (size_of(dtype_of(*tensor)) == sizeof(Number)) {
      return static_cast<const Number*>(tensor->dl.data);
    }
    const auto* stored = static_cast<const std::uint16_t*>(tensor->dl.data);
    std::vector<Number>& wide = wide_.emplace_back(count_of(*tensor));
    if (dtype_of(*tensor) == DType::bf16) {
      for (std::size_t i = 0; i < wide.size(); ++i) wide[i] = f32_from_bf16(stored[i]);
    } else {
      for (std::size_t i = 0; i < wide.size(); ++i) wide[i] = f32_from_f16(stored[i]);
    }
    return wide.data();
  }

  /// Where an output is to be written; nullptr where nobody asked for it.
  Number* write(const assay_tensor* tensor) {
    if (tensor == nullptr || tensor->dl.data == nullptr) return nullptr;
    if (size_of(dtype_of(*tensor)) == sizeof(Number)) return static_cast<Number*>(tensor->dl.data);
    std::vector<Number>& wide = wide_.emplace_back(count_of(*tensor));
    unrounded_.push_back({static_cast<std::uint16_t*>(tensor->dl.data), dtype_of(*tensor), &wide});
    return wide.data();
  }

  /// Memory that lives as long as this.
  Number* scratch(std::size_t count) { return wide_.emplace_back(count).data(); }

  /// Rounds what write() handed out to where it belongs. Once, after the kernels.
  void finish() {
    for (const Unrounded& output : unrounded_) {
      for (std::size_t i = 0; i < output.wide->size(); ++i) {
        const auto value = static_cast<float>((*output.wide)[i]);
        output.stored[i] = output.dtype == DType::bf16 ? bf16_from_f32(value) : f16_from_f32(value);
      }
    }
    unrounded_.clear();
  }

 private:
  struct Unrounded {
    std::uint16_t* stored;
    DType dtype;
    const std::vector<Number>* wide;
  };
  std::list<std::vector<Number>> wide_;  // a list: the vectors must not move
  std::vector<Unrounded> unrounded_;
};

}  // namespace assay::variants
