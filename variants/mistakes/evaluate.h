// SPDX-License-Identifier: Apache-2.0
// The woven loops behind one door, and the kernels that compute some of the ops in another
// structure.
#pragma once

#include "reference/call.h"
#include "variants/mistakes/made.h"

namespace assay::mistaken {

/// Computes every output that the call has, by the kernel that is chosen where it has this op.
template <class Number>
void evaluate(const reference::Call<Number>& call);

extern template void evaluate(const reference::Call<float>& call);
extern template void evaluate(const reference::Call<double>& call);

}  // namespace assay::mistaken
