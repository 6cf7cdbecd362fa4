// SPDX-License-Identifier: Apache-2.0
// The variant `threaded`: the kernels of `blocked`, their rows and heads divided among threads.
#pragma once

#include "variants/assay.h"

namespace assay::variants {

const assay_implementation* threaded_implementation();

}  // namespace assay::variants
