// SPDX-License-Identifier: Apache-2.0
#include "variants/blocked/kernels.h"

#include <array>
#include <cmath>
#include <limits>
#include <vector>

#include "variants/blocked/lanes.h"

namespace assay::variants::blocked {
namespace {

// Each text uses the ones before it.
// clang-format off
#include "variants/kernels/elementary.inl"
#include "variants/kernels/rowwise.inl"
#include "variants/kernels/activation.inl"
#include "variants/kernels/gemm.inl"
#include "variants/kernels/linear.inl"
#include "variants/kernels/rope.inl"
#include "variants/kernels/attention_scores.inl"
#include "variants/kernels/attention_sums.inl"
#include "variants/kernels/attention_few.inl"
#include "variants/kernels/attention_packed.inl"
#include "variants/kernels/attention.inl"
// clang-format on

}  // namespace

template <class Number>
const Kernels<Number>& kernels() {
  using V = Lanes<Number>;
  static const Kernels<Number> table = {
      .name = sizeof(Number) == 4 ? "tiles 6x8" : "tiles 6x4",
      .pack_weights = pack_weights<V>,
      .linear = linear_kernel<V>,
      .finish = finish_columns<V>,
      .softmax = softmax_kernel<V>,
      .layer_norm = layer_norm_kernel<V>,
      .rms_norm = rms_norm_kernel<V>,
      .activation = activation_kernel<V>,
      .gated_activation = gated_activation_kernel<V>,
      .rope = rope_kernel<V, Lanes<double>>,
      .attention = attention_kernel<V>,
  };
  return table;
}

template const Kernels<float>& kernels();
template const Kernels<double>& kernels();

}  // namespace assay::variants::blocked
