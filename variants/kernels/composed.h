// SPDX-License-Identifier: Apache-2.0
// Ops that are matrix products with little around them: the products run on the kernels, the rest
// is one text for all variants. Not the reference's loops, which it must agree with.
#pragma once

#include "variants/kernels/kernels.h"

namespace assay::variants::composed {

/// A call together with what computes it. `prepared` is what prepare() made of the input w, or
/// null.
template <class Number>
struct Task {
  const Invocation& call;
  Operands<Number>& operands;
  const Kernels<Number>& kernels;
  const Prepared* prepared;
  const Executor& executor;
};

/// Whether this text has the op.
bool computes(std::string_view op);

/// Throws CallError for what only the data show.
template <class Number>
void compute(const Task<Number>& task);

template <class Number>
void unembedding(const Task<Number>& task);
template <class Number>
void classification_head(const Task<Number>& task);
template <class Number>
void lora(const Task<Number>& task);

}  // namespace assay::variants::composed
