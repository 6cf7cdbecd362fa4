// SPDX-License-Identifier: Apache-2.0
// The kernels of `simd` for every instruction set that this binary holds and this CPU can run.
#pragma once

#include <string>
#include <vector>

#include "variants/kernels/kernels.h"

namespace assay::variants::simd {

struct InstructionSet {
  std::string name;  // Highway's, in small letters: "avx3", "avx2", "sse4", "ssse3"
  Kernels<float> f32;
  Kernels<double> f64;

  template <class Number>
  [[nodiscard]] const Kernels<Number>& kernels() const {
    if constexpr (sizeof(Number) == sizeof(float)) {
      return f32;
    } else {
      return f64;
    }
  }
};

/// Best first.
const std::vector<InstructionSet>& instruction_sets();

// Each fills its part of the tables for the instruction set that Highway's dispatch has chosen.
void fill_linear(InstructionSet& set);
void fill_rowwise(InstructionSet& set);
void fill_activation(InstructionSet& set);
void fill_rope(InstructionSet& set);
void fill_attention(InstructionSet& set);

}  // namespace assay::variants::simd
