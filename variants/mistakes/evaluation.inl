// SPDX-License-Identifier: Apache-2.0
// The door of evaluate.h, opened for one number type by each source that includes this.
#pragma once

#include "variants/mistakes/evaluate.h"
#include "woven/lane_linear.h"
#include "woven/lane_rope.h"
#include "woven/lane_softmax.h"
#include "woven/ops.h"
#include "woven/split_attention.h"
#include "woven/tiled_attention.h"
#include "woven/welford_norm.h"

namespace assay::mistaken {

template <class Number>
void evaluate_by_kernel(const Call<Number>& call) {
  if (making.kernel == "lane_linear.h") return lane_linear(call);
  if (making.kernel == "lane_rope.h") return lane_rope(call);
  if (making.kernel == "lane_softmax.h") return lane_softmax(call);
  if (making.kernel == "split_attention.h") return split_attention(call);
  if (making.kernel == "tiled_attention.h") return tiled_attention(call);
  if (making.kernel == "welford_norm.h") return welford_norm(call);
}

template <class Number>
void evaluate(const Call<Number>& call) {
  bool has_kernel = false;
  for (std::size_t n = 0; n < kernels.size(); ++n) {
    if (kernels[n].op != call.op->name) continue;
    making.kernel_met[n] = true;
    has_kernel = has_kernel || kernels[n].header == making.kernel;
  }
  if (has_kernel) return evaluate_by_kernel(call);
  evaluate_by_loops(call);
}

}  // namespace assay::mistaken
