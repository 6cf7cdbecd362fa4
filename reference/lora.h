// SPDX-License-Identifier: Apache-2.0
// Low-rank adaptation: a linear map as it was trained, plus a small correction that goes through a
// bottleneck of `rank` channels and was trained later. Clauses: lora.md.
#pragma once

#include <string>
#include <vector>

#include "reference/linear.h"
#include "reference/shape.h"

namespace assay::reference {

/// What the correction is multiplied by. Throws CallError for a bottleneck without channels.
template <class Number>
Number lora_scaling(const Number& alpha, std::size_t rank, const std::string& rule) {
  if (rank == 0) throw CallError("lora: rank is 0; a correction needs a channel to go through");
  const Number channels = whole<Number>(static_cast<std::int64_t>(rank));
  if (rule == "alpha_over_sqrt_rank") {
    const Number root = sqrt(channels);
    return alpha / root;  //                                             [lora.rank-stabilised]
  }
  return alpha / channels;  //                                                    [lora.scaling]
}

/// x: tokens d_in; w: d_out d_in; b: d_out or absent; lora_a: rank d_in; lora_b: d_out rank;
/// y: tokens d_out.
template <class Number>
void lora(View<const Number, 2> x, View<const Number, 2> w, View<const Number, 1> b,
          View<const Number, 2> lora_a, View<const Number, 2> lora_b, const Number& scaling,
          DType storage, View<Number, 2> y) {
  const std::size_t tokens = x.size(0), rank = lora_a.size(0), d_out = w.size(0);
  const View<const Number, 1> no_bias = View<const Number, 1>::absent();

  // Down to `rank` channels, and up again.                                  [lora.down-then-up]
  std::vector<Number> down(tokens * rank), up(tokens * d_out);
  const View<Number, 2> narrow(down.data(), {tokens, rank}), correction(up.data(), {tokens, d_out});
  linear<Number>(x, lora_a, no_bias, narrow);
  for (Number& each : down) each = maybe_rounded(storage, each);
  linear<Number>(narrow, lora_b, no_bias, correction);

  linear<Number>(x, w, b, y);  // as if there were no correction                     [lora.base]
  for (std::size_t t = 0; t < tokens; ++t) {
    for (std::size_t o = 0; o < d_out; ++o) {
      const Number product = maybe_rounded(storage, correction(t, o)) * scaling;
      const Number added = maybe_rounded(storage, product);
      const Number base = maybe_rounded(storage, y(t, o));
      y(t, o) = base + added;
    }
  }
}

template <class Number>
void lora(const Call<Number>& call) {
  const View<const Number, 2> lora_a = call.template in<Number, 2>("lora_a");
  const Number scaling = lora_scaling(call.f64("alpha"), lora_a.size(0), call.string("scaling"));
  lora<Number>(call.template in<Number, 2>("x"), call.template in<Number, 2>("w"),
               call.template in<Number, 1>("b"), lora_a, call.template in<Number, 2>("lora_b"),
               scaling, call.storage, call.template out<Number, 2>("y"));
}

}  // namespace assay::reference
