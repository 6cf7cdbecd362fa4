// SPDX-License-Identifier: Apache-2.0
// Root-mean-square normalisation: every token's vector is stretched to mean square 1, without
// moving its mean, then given a learned scale per channel. Clauses: rms_norm.md.
#pragma once

#include "reference/call.h"

namespace assay::reference {

/// x, y: tokens d_model; weight: d_model. `storage` is the type that the class stores tensors in.
template <class Number>
void rms_norm(View<const Number, 2> x, View<const Number, 1> weight, const Number& eps,
              bool one_plus_weight, bool round_then_weight, DType storage, View<Number, 2> y) {
  const std::size_t d_model = x.size(1);
  const Number width = whole<Number>(static_cast<std::int64_t>(d_model));

  for (std::size_t t = 0; t < x.size(0); ++t) {  //                             [rms_norm.per-token]
    const Number squares =
        reduce<Number>(d_model, [&](std::size_t c) { return x(t, c) * x(t, c); });
    const Number mean_square = squares / width;  //                           [rms_norm.mean-square]
    const Number raised = mean_square + eps;     //                       [rms_norm.eps-inside-root]
    const Number inverse = rsqrt(raised);

    for (std::size_t c = 0; c < d_model; ++c) {
      Number normalised = x(t, c) * inverse;  // infinity * 0 is NaN  [rms_norm.not-finite]
      // A 16-bit class computes in f32. Some models come back to 16 bits before the weight, others
      // only after it. Wider classes store what they compute in, so there is nothing to decide.
      if (round_then_weight && size_of(storage) == 2) {
        normalised = Numeric<Number>::rounded(storage, normalised);  //        [rms_norm.cast-order]
      }
      // Some models store how far the scale is from 1.                     [rms_norm.weight-form]
      const Number scale = one_plus_weight ? whole<Number>(1) + weight(c) : weight(c);
      y(t, c) = normalised * scale;
    }
  }
}

template <class Number>
void rms_norm(const Call<Number>& call) {
  rms_norm<Number>(call.template in<Number, 2>("x"), call.template in<Number, 1>("weight"),
                   call.f64("eps"), call.string("weight_form") == "one_plus_weight",
                   call.string("cast_order") == "round_then_weight", call.storage,
                   call.template out<Number, 2>("y"));
}

}  // namespace assay::reference
