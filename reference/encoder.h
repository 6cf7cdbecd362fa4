// SPDX-License-Identifier: Apache-2.0
// Encoder-only models: every token reads all others, and what comes out is a vector per token.
// Clauses: encoder.md.
#pragma once

#include "reference/model.h"

namespace assay::reference {

template <class Number, class Ops = ReferenceOps>
void encoder(const Call<Number>& call) {
  const Operand<Number>& ids = *input_of(call, "ids");
  const Operand<Number>& positions = *input_of(call, "positions");
  check_windows(call);
  Stack<Number> stack{.prefix = "",
                      .n_layers = call.i64("n_layers"),
                      .sequence = sequence_of(call, ids.shape, false),  // [encoder.sees-both-ways]
                      .positions = positions};
  check_sequence("encoder", stack.sequence);
  const Composition<Number, Ops> c(call);
  const Tensor<Number> x = embedded(c, ids, positions, input_of(call, "segment_ids"));
  show(through_layers(c, stack, x), stack.sequence, call.template out<Number, 3>("hidden"));
  c.check_taps();
}

}  // namespace assay::reference
