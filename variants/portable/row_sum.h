// SPDX-License-Identifier: Apache-2.0
// What softmax divides the exponentials of a row by, kept in two parts, neither of which overflows.
#pragma once

#include <cmath>
#include <cstddef>
#include <limits>

namespace assay::variants::portable {

template <class Number>
struct RowSum {
  Number largest;       // -infinity where there is no score; not to be used where has_nan
  Number log_of_total;  // of the exponentials shifted by `largest`
  bool has_nan;

  /// log(exp(score) / sum), for a score of the row.
  [[nodiscard]] Number log_of(Number score) const {
    constexpr Number nothing = -std::numeric_limits<Number>::infinity();
    return largest == nothing && !has_nan ? nothing : (score - largest) - log_of_total;
  }
};

template <class Number>
RowSum<Number> row_sum(const Number* scores, std::size_t count) {
  constexpr Number nothing = -std::numeric_limits<Number>::infinity();
  RowSum<Number> sum{nothing, 0, false};
  for (std::size_t i = 0; i < count; ++i) {
    sum.has_nan = sum.has_nan || std::isnan(scores[i]);
    sum.largest = scores[i] > sum.largest ? scores[i] : sum.largest;
  }
  if (sum.largest == nothing && !sum.has_nan) return sum;
  Number total = 0;
  for (std::size_t i = 0; i < count; ++i) total += std::exp(scores[i] - sum.largest);
  sum.log_of_total = std::log(total);
  return sum;
}

}  // namespace assay::variants::portable
