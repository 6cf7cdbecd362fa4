// SPDX-License-Identifier: Apache-2.0
// Feed-forward layers and mixtures of experts as compositions: which kernels run one after the
// other. The same for every technique.
#pragma once

#include "variants/kernels/kernels.h"

namespace assay::variants {

/// x, y: tokens d_model; w_up, w_gate: d_ff d_model; w_down: d_model d_ff. The gate and every bias
/// may be null.
template <class Number>
struct FeedForward {
  std::size_t tokens, d_model, d_ff;
  Bend form;
  const Number *x, *w_up, *b_up, *w_gate, *b_gate, *w_down, *b_down;
  Number* y;
};

/// The weights as pack() makes them, or null.
struct PackedFeedForward {
  const Prepared *up = nullptr, *gate = nullptr, *down = nullptr;
};

template <class Number>
void feed_forward(const FeedForward<Number>& p, const PackedFeedForward& packed,
                  const Kernels<Number>& kernels, const Executor& executor);

/// Weights that were packed beforehand are not read. Throws CallError for what the schema's shapes
/// do not show.
template <class Number>
FeedForward<Number> feed_forward_problem(const Invocation& call, Operands<Number>& operands,
                                         bool is_packed = false);

/// Computes every output of a call of mixture_of_experts.
template <class Number>
void mixture_of_experts(const Invocation& call, Operands<Number>& operands,
                        const Kernels<Number>& kernels, const Executor& executor);

}  // namespace assay::variants
