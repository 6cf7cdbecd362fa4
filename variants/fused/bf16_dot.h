// SPDX-License-Identifier: Apache-2.0
// The matrix product of classes whose factors are rounded to bf16, on the instruction that adds two
// products of bf16 to a sum in f32: twice the arithmetic and half the bytes of f32. Highway 1.0.3
// has no name for it, so this text is in intrinsics.
#pragma once

#include <cstdint>

#include "variants/kernels/kernels.h"

namespace assay::variants::fused {

/// Null where this processor lacks the instruction (AVX512_BF16).
const Bf16Dot* bf16_dot();

}  // namespace assay::variants::fused
