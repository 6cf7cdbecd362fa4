// SPDX-License-Identifier: Apache-2.0
// The ops that are made of ops: block, encoder, decoder, encoder_decoder.
#pragma once

#include "variants/kernels/kernels.h"

namespace assay::variants {

/// Whether an op of that name is one of them.
bool is_model(std::string_view op);

/// Whether an input of this name is the matrix of a linear map: attention.w_q, feed_forward.w_up,
/// unembedding.w; not feed_forward.expert_w_up, which belongs to another op.
bool is_weight_of_linear(std::string_view name);

/// Every linear weight packed and, in a 16-bit class, the other weights widened: once per model.
template <class Number>
std::unique_ptr<Prepared> prepare_model(const Invocation& call, const Kernels<Number>& kernels);

/// Computes every output of the call but the rounding to 16 bits.
template <class Number>
void compute_model(const Invocation& call, const Prepared* prepared, Operands<Number>& operands,
                   const Kernels<Number>& kernels, const Executor& executor);

}  // namespace assay::variants
