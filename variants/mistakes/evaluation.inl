// SPDX-License-Identifier: Apache-2.0
// The door of evaluate.h, opened for one number type by each source that includes this.
#pragma once

#include "variants/mistakes/evaluate.h"
#include "woven/ops.h"

namespace assay::mistaken {

template <class Number>
void evaluate(const Call<Number>& call) {
  evaluate_by_loops(call);
}

}  // namespace assay::mistaken
