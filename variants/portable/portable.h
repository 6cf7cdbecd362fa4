// SPDX-License-Identifier: Apache-2.0
// What no variant needs a kernel for: operations that cost little, and options that few ask for.
// One text for all variants, without vectors or threads; not the reference's loops, which it must
// agree with.
#pragma once

#include "variants/kernels/problems.h"

namespace assay::variants::portable {

/// Attention with the optional outputs `scores` and `lse`, ALiBi, sinks, and a prefix beside a
/// window.
template <class Number>
void attention(const Attention<Number>& p);

/// RMSNorm that comes back to 16 bits before the weight.
template <class Number>
void rms_norm(const RmsNorm<Number>& p);

/// Whether the shared text has this op.
bool computes(std::string_view op);

/// The ops that the shared text has.
/// Throws Unsupported for any other op, CallError for what only the data show.
template <class Number>
void compute(const Invocation& call, Operands<Number>& operands);

template <class Number>
void learned_positions(const Invocation& call, Operands<Number>& operands);
template <class Number>
void embedding(const Invocation& call, Operands<Number>& operands);
template <class Number>
void pooling(const Invocation& call, Operands<Number>& operands);
template <class Number>
void span_head(const Invocation& call, Operands<Number>& operands);
template <class Number>
void lora_merge(const Invocation& call, Operands<Number>& operands);
template <class Number>
void sinusoidal_positions(const Invocation& call, Operands<Number>& operands);
template <class Number>
void alibi(const Invocation& call, Operands<Number>& operands);
template <class Number>
void t5_bias(const Invocation& call, Operands<Number>& operands);
template <class Number>
void log_softmax(const Invocation& call, Operands<Number>& operands);
template <class Number>
void log_sum_exp(const Invocation& call, Operands<Number>& operands);
template <class Number>
void cross_entropy(const Invocation& call, Operands<Number>& operands);
template <class Number>
void language_model_loss(const Invocation& call, Operands<Number>& operands);
template <class Number>
void merge(const Invocation& call, Operands<Number>& operands);
template <class Number>
void beam_search(const Invocation& call, Operands<Number>& operands);
template <class Number>
void penalties(const Invocation& call, Operands<Number>& operands);
template <class Number>
void draw(const Invocation& call, Operands<Number>& operands);

}  // namespace assay::variants::portable
