// SPDX-License-Identifier: Apache-2.0
// Log-softmax: the logarithm of softmax, formed without ever forming the weights, so that a weight
// too small for any number still has its logarithm. The losses call the same loop. Clauses:
// log_softmax.md.
#pragma once

#include <span>
#include <vector>

#include "reference/softmax.h"

namespace assay::reference {

/// scores, log_probs: row_len elements each; they may not overlap.
template <class Number>
void log_softmax_row(std::span<const Number> scores, std::span<Number> log_probs) {
  const std::size_t row_len = scores.size();
  // The largest score, or a NaN if the row has one.                              [log_softmax.nan]
  const Number largest = maximum<Number>(row_len, [&](std::size_t i) { return scores[i]; });
  if (is_minus_infinity(largest)) {  //                            [log_softmax.fully-masked-row]
    for (Number& log_prob : log_probs) log_prob = largest;
    return;
  }
  for (std::size_t i = 0; i < row_len; ++i) {
    // +infinity - +infinity is NaN.                                   [log_softmax.plus-infinity]
    // -infinity stays what it is.                                    [log_softmax.minus-infinity]
    log_probs[i] = scores[i] - largest;  //                         [log_softmax.shift-by-maximum]
  }
  const Number total = reduce<Number>(row_len, [&](std::size_t i) {
    return is_minus_infinity(log_probs[i]) ? whole<Number>(0) : exp(log_probs[i]);
  });
  // Shifted by the largest score, the sum is at least 1 and its logarithm never infinite.
  const Number log_of_total = log(total);
  for (std::size_t i = 0; i < row_len; ++i) {
    log_probs[i] = log_probs[i] - log_of_total;  //                  [log_softmax.log-of-the-sum]
  }
}

/// x, log_probs: rows row_len.
template <class Number>
void log_softmax(View<const Number, 2> x, const Number& temperature, View<Number, 2> log_probs) {
  const std::size_t row_len = x.size(1);
  std::vector<Number> scores(row_len), logs(row_len);
  for (std::size_t t = 0; t < x.size(0); ++t) {  // each row for itself        [log_softmax.axis]
    for (std::size_t i = 0; i < row_len; ++i) {
      scores[i] = x(t, i) / temperature;  //                             [log_softmax.temperature]
    }
    log_softmax_row<Number>(scores, logs);
    for (std::size_t i = 0; i < row_len; ++i) log_probs(t, i) = logs[i];
  }
}

template <class Number>
void log_softmax(const Call<Number>& call) {
  const Number temperature = call.f64("temperature");
  if (isnan(temperature) || isinf(temperature) || !(whole<Number>(0) < temperature)) {
    throw CallError("log_softmax: temperature must be positive and finite");
  }
  log_softmax<Number>(call.template in<Number, 2>("x"), temperature,
                      call.template out<Number, 2>("log_probs"));
}

}  // namespace assay::reference
