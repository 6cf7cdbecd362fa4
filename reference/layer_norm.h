// SPDX-License-Identifier: Apache-2.0
// Layer normalisation: every token's vector is moved to mean 0 and stretched to deviation 1, then
// given a learned scale and offset per channel. Clauses: layer_norm.md.
#pragma once

#include "reference/call.h"

namespace assay::reference {

/// 1 / "how far the channels of this token spread". eps keeps it finite when they do not spread at
/// all; where eps stands differs between texts, and matters as soon as the variance is near eps.
template <class Number>
Number inverse_deviation_of(const Number& variance, const Number& eps, bool eps_inside_root) {
  if (eps_inside_root) {  //                                              [layer_norm.eps-placement]
    const Number raised = variance + eps;
    return rsqrt(raised);
  }
  const Number deviation = sqrt(variance);
  const Number raised = deviation + eps;
  return whole<Number>(1) / raised;
}

/// x, y: tokens d_model; weight: d_model; bias: d_model or absent; mean, inverse_deviation: tokens
/// or absent.
template <class Number>
void layer_norm(View<const Number, 2> x, View<const Number, 1> weight, View<const Number, 1> bias,
                const Number& eps, bool eps_inside_root, View<Number, 2> y, View<Number, 1> mean,
                View<Number, 1> inverse_deviation) {
  const std::size_t d_model = x.size(1);
  const Number width = whole<Number>(static_cast<std::int64_t>(d_model));

  // Each token is normalised by its own channels; no token looks at another. [layer_norm.per-token]
  for (std::size_t t = 0; t < x.size(0); ++t) {
    const Number sum = reduce<Number>(d_model, [&](std::size_t c) { return x(t, c); });
    const Number centre = sum / width;  // NaN or infinite if a channel is  [layer_norm.not-finite]

    // The mean is subtracted before squaring. The shorter formula mean(x^2) - mean(x)^2 subtracts
    // two nearly equal numbers when the mean is large, and little of the answer survives.
    const Number squares = reduce<Number>(d_model, [&](std::size_t c) {
      const Number centred = x(t, c) - centre;  //                             [layer_norm.two-pass]
      return centred * centred;
    });
    const Number variance = squares / width;  //                        [layer_norm.biased-variance]
    const Number inverse = inverse_deviation_of(variance, eps, eps_inside_root);

    for (std::size_t c = 0; c < d_model; ++c) {
      const Number centred = x(t, c) - centre;
      const Number normalised = centred * inverse;
      const Number scaled = normalised * weight(c);  //                      [layer_norm.affine]
      y(t, c) = bias.present() ? scaled + bias(c) : scaled;
    }
    if (mean.present()) mean(t) = centre;  //                                [layer_norm.statistics]
    if (inverse_deviation.present()) inverse_deviation(t) = inverse;
  }
}

template <class Number>
void layer_norm(const Call<Number>& call) {
  layer_norm<Number>(call.template in<Number, 2>("x"), call.template in<Number, 1>("weight"),
                     call.template in<Number, 1>("bias"), call.f64("eps"),
                     call.string("eps_placement") == "inside_root",
                     call.template out<Number, 2>("y"), call.template out<Number, 1>("mean"),
                     call.template out<Number, 1>("inverse_deviation"));
}

}  // namespace assay::reference
