// SPDX-License-Identifier: Apache-2.0
// The linear map of every projection: each output channel is a weighted sum of the input channels.
// Clauses: linear.md.
#pragma once

#include "reference/call.h"

namespace assay::reference {

/// x: tokens d_in; w: d_out d_in; b: d_out or absent; y: tokens d_out.
template <class Number>
void linear(View<const Number, 2> x, View<const Number, 2> w, View<const Number, 1> b,
            View<Number, 2> y) {
  const std::size_t d_in = x.size(1);
  for (std::size_t t = 0; t < y.size(0); ++t) {  //                            [linear.per-token]
    for (std::size_t o = 0; o < y.size(1); ++o) {
      const Number sum = reduce<Number>(d_in, [&](std::size_t c) {  //     [linear.every-channel]
        // Row o of w holds the weights of output channel o. Nothing is cut off the operands
        // before they are multiplied, and a factor of zero is multiplied like any other.
        // [linear.weight-rows] [linear.full-significand] [linear.not-finite]
        return x(t, c) * w(o, c);
      });
      // Still in the type of the computation; storing y is the only rounding to 16 bits.
      y(t, o) = b.present() ? sum + b(o) : sum;  //            [linear.bias] [linear.round-once]
    }
  }
}

template <class Number>
void linear(const Call<Number>& call) {
  linear<Number>(call.template in<Number, 2>("x"), call.template in<Number, 2>("w"),
                 call.template in<Number, 1>("b"), call.template out<Number, 2>("y"));
}

}  // namespace assay::reference
