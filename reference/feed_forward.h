// SPDX-License-Identifier: Apache-2.0
// The feed-forward layer: a linear map to a wider vector, a bend, and a linear map back. Each token
// for itself. Clauses: feed_forward.md.
#pragma once

#include <vector>

#include "reference/activation.h"
#include "reference/call.h"
#include "reference/linear.h"

namespace assay::reference {

/// w_up, w_gate: d_ff d_model; w_down: d_model d_ff; the biases as wide as what they are added to.
/// The gate and every bias may be absent.
template <class Number>
struct FeedForwardWeights {
  View<const Number, 2> w_up, w_gate, w_down;
  View<const Number, 1> b_up, b_gate, b_down;
};

/// x, y: tokens d_model. The results of the inner ops are not rounded here unless the class has 16
/// bits, and then they may be. (numerics.between-ops)
template <class Number>
void feed_forward(View<const Number, 2> x, const FeedForwardWeights<Number>& weights, Form form,
                  DType storage, View<Number, 2> y) {
  const std::size_t tokens = x.size(0);
  const std::size_t d_ff = weights.w_up.size(0);
  std::vector<Number> up_values(tokens * d_ff), gate_values(tokens * d_ff);
  const View<Number, 2> up(up_values.data(), {tokens, d_ff});
  const View<Number, 2> gate(gate_values.data(), {tokens, d_ff});
  const bool gated = weights.w_gate.present();

  linear<Number>(x, weights.w_up, weights.b_up, up);  //      [feed_forward.up-bend-down]
  if (gated) linear<Number>(x, weights.w_gate, weights.b_gate, gate);

  for (std::size_t t = 0; t < tokens; ++t) {  //                        [feed_forward.per-token]
    for (std::size_t f = 0; f < d_ff; ++f) {
      const Number wide = maybe_rounded(storage, up(t, f));
      if (!gated) {
        const Number bent = activated(form, wide);  // [feed_forward.linear-without-bend]
        up(t, f) = maybe_rounded(storage, bent);
        continue;
      }
      // The gate alone is bent.                                             [feed_forward.gate]
      const Number opening = maybe_rounded(storage, gate(t, f));
      const Number bent = activated(form, opening);
      const Number product = maybe_rounded(storage, bent) * wide;
      up(t, f) = maybe_rounded(storage, product);
    }
  }
  linear<Number>(up, weights.w_down, weights.b_down, y);  //              [feed_forward.biases]
}

template <class Number>
void feed_forward(const Call<Number>& call) {
  const FeedForwardWeights<Number> weights = {
      .w_up = call.template in<Number, 2>("w_up"),
      .w_gate = call.template in<Number, 2>("w_gate"),
      .w_down = call.template in<Number, 2>("w_down"),
      .b_up = call.template in<Number, 1>("b_up"),
      .b_gate = call.template in<Number, 1>("b_gate"),
      .b_down = call.template in<Number, 1>("b_down"),
  };
  if (call.has("b_gate") && !call.has("w_gate")) {
    throw CallError("feed_forward: b_gate is given without w_gate");  //    [feed_forward.gate]
  }
  feed_forward<Number>(call.template in<Number, 2>("x"), weights,
                       form_of(call.string("activation")), call.storage,
                       call.template out<Number, 2>("y"));
}

}  // namespace assay::reference
