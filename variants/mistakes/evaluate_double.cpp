// SPDX-License-Identifier: Apache-2.0
// The woven loops in double.
#include "variants/mistakes/evaluation.inl"

namespace assay::mistaken {

template void evaluate(const reference::Call<double>& call);

}  // namespace assay::mistaken
