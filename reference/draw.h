// SPDX-License-Identifier: Apache-2.0
// From probabilities and a uniform number to a token: lay the probabilities end to end on a line,
// and see into which one the number falls. Clauses: draw.md.
#pragma once

#include <string>

#include "reference/call.h"
#include "reference/shape.h"

namespace assay::reference {

/// probs: rows vocab_size, not negative; uniforms: rows; token: rows. Throws CallError where a row
/// has a NaN, a negative number, or no probability above 0.
///
/// The sums are formed in binary64 whatever the number type, so that the token is exact and not a
/// matter of tolerance.                                                         [draw.arithmetic]
template <class Number>
void draw(View<const Number, 2> probs, View<const Number, 1> uniforms,
          View<std::int64_t, 1> token) {
  const std::size_t vocab_size = probs.size(1);
  for (std::size_t r = 0; r < probs.size(0); ++r) {
    const double u = Numeric<Number>::to_double(uniforms(r));
    if (std::isnan(u)) {
      throw CallError("draw: uniforms: NaN in row " + std::to_string(r));  // [draw.arithmetic]
    }
    std::int64_t last_possible = -1;
    std::int64_t chosen = -1;
    double edge = 0;  // where the current token's stretch of the line ends
    for (std::size_t t = 0; t < vocab_size; ++t) {
      const double probability = Numeric<Number>::to_double(probs(r, t));
      if (!(probability >= 0)) {
        throw CallError("draw: probs: row " + std::to_string(r) + ", token " + std::to_string(t) +
                        " is negative or NaN");
      }
      edge = edge + probability;                                          // [draw.index-order]
      if (probability > 0) last_possible = static_cast<std::int64_t>(t);  // [draw.zero-probability]
      if (chosen < 0 && u < edge) chosen = static_cast<std::int64_t>(t);  // [draw.exceeds]
    }
    if (last_possible < 0) {
      throw CallError("draw: probs: row " + std::to_string(r) + " has no probability above 0");
    }
    // Rounded probabilities can add up to less than u. [draw.short-total]
    token(r) = chosen < 0 ? last_possible : chosen;
  }
}

template <class Number>
void draw(const Call<Number>& call) {
  draw<Number>(call.template in<Number, 2>("probs"), call.template in<Number, 1>("uniforms"),
               call.template out<std::int64_t, 1>("token"));
}

}  // namespace assay::reference
