// SPDX-License-Identifier: Apache-2.0
// The woven loops in float.
#include "variants/mistakes/evaluation.inl"

namespace assay::mistaken {

template void evaluate(const reference::Call<float>& call);

}  // namespace assay::mistaken
