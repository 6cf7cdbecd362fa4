// SPDX-License-Identifier: Apache-2.0
// Softmax: turns a row of scores into weights that are positive and sum to 1, each in proportion to
// the exponential of its score. Attention calls the same loop for its rows. Clauses: softmax.md.
#pragma once

#include <span>
#include <vector>

#include "reference/call.h"
#include "reference/shape.h"

namespace assay::reference {

/// Whether a score says "this element is not there".
template <class Number>
bool is_minus_infinity(const Number& score) {
  return isinf(score) && score < whole<Number>(0);
}

/// scores, probs: row_len elements each; they may not overlap.
template <class Number>
void softmax_row(std::span<const Number> scores, std::span<Number> probs) {
  const std::size_t row_len = scores.size();
  // The largest score, or a NaN if the row has one.                                  [softmax.nan]
  const Number largest = maximum<Number>(row_len, [&](std::size_t i) { return scores[i]; });
  if (is_minus_infinity(largest)) {                      // no score at all, so no weight at all
    for (Number& prob : probs) prob = whole<Number>(0);  //           [softmax.fully-masked-row]
    return;
  }
  for (std::size_t i = 0; i < row_len; ++i) {
    if (is_minus_infinity(scores[i])) {
      probs[i] = whole<Number>(0);  //                              [softmax.minus-infinity]
      continue;
    }
    // Subtracting the largest score multiplies every exponential by the same factor, which the
    // division takes out again; without it exp(100) would overflow f32. [softmax.shift-by-maximum]
    // +infinity - +infinity is NaN.                                       [softmax.plus-infinity]
    const Number shifted = scores[i] - largest;
    probs[i] = exp(shifted);
  }
  const Number total = reduce<Number>(row_len, [&](std::size_t i) { return probs[i]; });
  for (std::size_t i = 0; i < row_len; ++i) probs[i] = probs[i] / total;  // [softmax.sums-to-one]
}

/// x, probs: rows row_len.
template <class Number>
void softmax(View<const Number, 2> x, const Number& temperature, View<Number, 2> probs) {
  const std::size_t row_len = x.size(1);
  std::vector<Number> scores(row_len), weights(row_len);
  for (std::size_t t = 0; t < x.size(0); ++t) {  // each row for itself            [softmax.axis]
    for (std::size_t i = 0; i < row_len; ++i) {
      scores[i] = x(t, i) / temperature;  //                                [softmax.temperature]
    }
    softmax_row<Number>(scores, weights);
    for (std::size_t i = 0; i < row_len; ++i) probs(t, i) = weights[i];
  }
}

template <class Number>
void softmax(const Call<Number>& call) {
  const Number temperature = call.f64("temperature");
  if (isnan(temperature) || isinf(temperature) || !(whole<Number>(0) < temperature)) {
    throw CallError("softmax: temperature must be positive and finite; greedy choice is sampling");
  }
  softmax<Number>(call.template in<Number, 2>("x"), temperature,
                  call.template out<Number, 2>("probs"));
}

}  // namespace assay::reference
