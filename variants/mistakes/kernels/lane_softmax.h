// SPDX-License-Identifier: Apache-2.0
// Softmax as vector kernels have it: eight elements at a time, the row padded to full vectors with
// elements that are not there. A place for mistakes; not fast.
#pragma once

#include <vector>

#include "reference/softmax.h"

namespace assay::mistaken {

constexpr std::size_t lanes_of_row = 8;

/// One row, whose sinks and plus-one stand in `beside`. padded: the row in full vectors.
template <class Number>
void lane_softmax_row(const std::vector<Number>& padded, std::size_t row_len,
                      const std::vector<Number>& beside, std::vector<Number>& exponentials) {
  const std::size_t count = padded.size() + beside.size();
  const Number largest = maximum<Number>(count, [&](std::size_t i) {
    return i < padded.size() ? padded[i] : beside[i - padded.size()];
  });
  if (is_minus_infinity(largest)) {
    exponentials.assign(padded.size(), whole<Number>(0));
    return;
  }
  for (std::size_t i = 0; i < padded.size(); ++i) {
    const Number shifted = padded[i] - largest;
    const bool absent = is_minus_infinity(padded[i]) && !isnan(largest);
    exponentials[i] = absent ? whole<Number>(0) : exp(shifted);
  }
  const std::size_t summed = padded.size();
  Number total = reduce<Number>(summed, [&](std::size_t i) { return exponentials[i]; });
  for (const Number& each : beside) {
    const Number shifted = each - largest;
    total = total + (is_minus_infinity(each) ? whole<Number>(0) : exp(shifted));
  }
  for (std::size_t i = 0; i < row_len; ++i) exponentials[i] = exponentials[i] / total;
}

template <class Number>
void lane_softmax(const Call<Number>& call) {
  const auto x = call.template in<Number, 2>("x");
  const auto sinks = call.template in<Number, 1>("sinks");
  const auto probs = call.template out<Number, 2>("probs");
  const Number temperature = call.f64("temperature");
  const std::size_t row_len = x.size(1);
  const std::size_t full = (row_len + lanes_of_row - 1) / lanes_of_row * lanes_of_row;
  std::vector<Number> padded(full), exponentials(full);
  for (std::size_t t = 0; t < x.size(0); ++t) {
    for (std::size_t i = 0; i < full; ++i) {
      padded[i] = i < row_len ? x(t, i) / temperature : -Numeric<Number>::infinity();
    }
    std::vector<Number> beside;
    if (call.boolean("plus_one")) beside.push_back(whole<Number>(0));
    if (sinks.present()) beside.push_back(sinks(t));
    lane_softmax_row(padded, row_len, beside, exponentials);
    for (std::size_t i = 0; i < row_len; ++i) probs(t, i) = exponentials[i];
  }
}

}  // namespace assay::mistaken
