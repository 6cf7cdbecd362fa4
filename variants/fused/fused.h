// SPDX-License-Identifier: Apache-2.0
// The variant `fused`: every technique of the others together.
#pragma once

#include "variants/assay.h"

namespace assay::variants {

const assay_implementation* fused_implementation();

}  // namespace assay::variants
