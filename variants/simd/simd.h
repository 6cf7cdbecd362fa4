// SPDX-License-Identifier: Apache-2.0
// The variant `simd`: the kernels on Highway's vectors, in one thread, on the best instruction set
// of the CPU or on one chosen by name.
#pragma once

#include "variants/assay.h"

namespace assay::variants {

const assay_implementation* simd_implementation();

}  // namespace assay::variants
