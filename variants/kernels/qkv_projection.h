// SPDX-License-Identifier: Apache-2.0
// The projection to queries, keys and values: the linear kernel of a technique, then rows dealt out
// to heads.
#pragma once

#include "variants/kernels/kernels.h"

namespace assay::variants {

/// The matrix as a linear of batch * seq_len tokens; y is to be set, and weights that were packed
/// beforehand are not read. Throws CallError where the
/// heads do not fit the arrangement.
template <class Number>
Linear<Number> qkv_linear(const Invocation& call, Operands<Number>& operands,
                          bool is_packed = false);

/// prepared: the weights of qkv_linear() as pack() makes them, or null.
template <class Number>
void qkv_projection(const Invocation& call, Operands<Number>& operands,
                    const Kernels<Number>& kernels, const Prepared* prepared,
                    const Executor& executor);

}  // namespace assay::variants
