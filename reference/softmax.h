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

/// scores, probs: row_len elements each; they may not overlap. beside: further logits that take
/// their share of the weight and get no place for it.
template <class Number>
void softmax_row(std::span<const Number> scores, std::span<const Number> beside,
                 std::span<Number> probs) {
  const std::size_t row_len = scores.size(), count = row_len + beside.size();
  // The largest of all, or a NaN if there is one.                                    [softmax.nan]
  const Number largest = maximum<Number>(
      count, [&](std::size_t i) { return i < row_len ? scores[i] : beside[i - row_len]; });
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
  const Number total = reduce<Number>(count, [&](std::size_t i) {
    if (i < row_len) return probs[i];
    if (is_minus_infinity(beside[i - row_len])) return whole<Number>(0);
    // Shifted like the scores: a 1 that is added unshifted is exp(largest) of them.
    const Number shifted = beside[i - row_len] - largest;
    return exp(shifted);
  });
  for (std::size_t i = 0; i < row_len; ++i) probs[i] = probs[i] / total;  // [softmax.sums-to-one]
}

/// scores, probs: row_len elements each; they may not overlap.
template <class Number>
void softmax_row(std::span<const Number> scores, std::span<Number> probs) {
  softmax_row<Number>(scores, {}, probs);
}

/// x, probs: rows row_len; sinks: rows or absent.
template <class Number>
void softmax(View<const Number, 2> x, View<const Number, 1> sinks, const Number& temperature,
             bool plus_one, View<Number, 2> probs) {
  const std::size_t row_len = x.size(1);
  std::vector<Number> scores(row_len), weights(row_len);
  for (std::size_t t = 0; t < x.size(0); ++t) {  // each row for itself            [softmax.axis]
    for (std::size_t i = 0; i < row_len; ++i) {
      scores[i] = x(t, i) / temperature;  //                                [softmax.temperature]
    }
    std::vector<Number> beside;
    if (plus_one) beside.push_back(whole<Number>(0));  // exp(0) = 1            [softmax.plus-one]
    if (sinks.present()) beside.push_back(sinks(t));   // as it came               [softmax.sinks]
    softmax_row<Number>(scores, beside, weights);
    for (std::size_t i = 0; i < row_len; ++i) probs(t, i) = weights[i];
  }
}

template <class Number>
void softmax(const Call<Number>& call) {
  const Number temperature = call.f64("temperature");
  if (isnan(temperature) || isinf(temperature) || !(whole<Number>(0) < temperature)) {
    throw CallError("softmax: temperature must be positive and finite; greedy choice is sampling");
  }
  softmax<Number>(call.template in<Number, 2>("x"), call.template in<Number, 1>("sinks"),
                  temperature, call.boolean("plus_one"), call.template out<Number, 2>("probs"));
}

}  // namespace assay::reference
