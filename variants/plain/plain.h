// SPDX-License-Identifier: Apache-2.0
// The variant `plain`: the reference's own loops in float or double, the honest baseline of every
// speed-up.
#pragma once

#include "variants/assay.h"

namespace assay::variants {

const assay_implementation* plain_implementation();

}  // namespace assay::variants
