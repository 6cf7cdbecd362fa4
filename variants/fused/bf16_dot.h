// SPDX-License-Identifier: Apache-2.0
// The matrix product of classes whose factors are rounded to bf16, on the instructions that
// processors have for it. Highway 1.0.3 has no names for them, so these texts are in intrinsics.
#pragma once

#include <span>

#include "variants/kernels/kernels.h"

namespace assay::variants::fused {

/// What this processor has and the system grants, best first. The names are those of the
/// processor's flags: "amx_bf16" multiplies tiles, "avx512_bf16" adds two products to each lane of
/// a vector.
std::span<const Bf16Dot> bf16_dots();

/// Tiles of 16 rows by 32 elements, and the products of those of vdpbf16ps; null where there is no
/// such instruction, or no permission to keep its state.
const Bf16Dot* amx_dot();
const Bf16Dot* avx512_dot();

}  // namespace assay::variants::fused
