// SPDX-License-Identifier: Apache-2.0
// Sinusoidal positions: a fixed pattern of sines and cosines, from fast to slow, added to the token
// vectors, so that every position looks different and no table is trained. Clauses:
// sinusoidal_positions.md.
#pragma once

#include "reference/call.h"

namespace assay::reference {

/// Where the sine and the cosine of pair c stand in a token vector.
struct SinusoidChannels {
  std::size_t sine, cosine;
};

inline SinusoidChannels sinusoid_channels(std::size_t c, std::size_t d_model, bool concatenated) {
  const std::size_t sines = (d_model + 1) / 2;
  if (concatenated) return {c, sines + c};  //          [sinusoidal_positions.arrangement]
  return {2 * c, 2 * c + 1};
}

/// x, y: tokens d_model; positions: tokens.
template <class Number>
void sinusoidal_positions(View<const Number, 2> x, View<const std::int64_t, 1> positions,
                          bool concatenated, const Number& base, View<Number, 2> y) {
  const std::size_t d_model = x.size(1);
  for (std::size_t t = 0; t < x.size(0); ++t) {
    for (std::size_t c = 0; 2 * c < d_model; ++c) {
      // A fixed factor from each pair to the next.          [sinusoidal_positions.frequency]
      const Number exponent =
          ratio<Number>(-2 * static_cast<std::int64_t>(c), static_cast<std::int64_t>(d_model));
      const Number frequency = pow(base, exponent);
      const Number angle = whole<Number>(positions(t)) * frequency;
      const auto [sine, cosine] = sinusoid_channels(c, d_model, concatenated);
      y(t, sine) = x(t, sine) + sin(angle);        //                  [sinusoidal_positions.sum]
      if (cosine < d_model) {                      // the last cosine of an odd d_model has no place
        y(t, cosine) = x(t, cosine) + cos(angle);  //      [sinusoidal_positions.odd-width]
      }
    }
  }
}

template <class Number>
void sinusoidal_positions(const Call<Number>& call) {
  sinusoidal_positions<Number>(call.template in<Number, 2>("x"),
                               call.template in<std::int64_t, 1>("positions"),
                               call.string("arrangement") == "concatenated", call.f64("base"),
                               call.template out<Number, 2>("y"));
}

}  // namespace assay::reference
