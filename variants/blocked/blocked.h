// SPDX-License-Identifier: Apache-2.0
// The variant `blocked`: tiles that fit registers and caches, in plain C++ and one thread.
#pragma once

#include "variants/assay.h"

namespace assay::variants {

const assay_implementation* blocked_implementation();

}  // namespace assay::variants
