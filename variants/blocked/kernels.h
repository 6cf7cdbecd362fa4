// SPDX-License-Identifier: Apache-2.0
// The kernels of plain C++ tiles, which `blocked` runs in one thread and `threaded` in many.
#pragma once

#include "variants/kernels/kernels.h"

namespace assay::variants::blocked {

template <class Number>
const Kernels<Number>& kernels();

}  // namespace assay::variants::blocked
