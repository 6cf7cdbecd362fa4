// SPDX-License-Identifier: Apache-2.0
// Values as the examples of the spec write them: numbers, fractions, inf and nan in nested lists. A
// value knows how exactly it was written, and is held against a result only that far.
#pragma once

#include <cmath>
#include <stdexcept>
#include <string_view>
#include <vector>

#include "reference/attribute.h"
#include "reference/number.h"

namespace assay::self {

/// One number: a quotient of integers, or a decimal with some digits, or infinite, or NaN.
struct WrittenNumber {
  enum class Kind { quotient, decimal, special } kind = Kind::quotient;
  std::int64_t numerator = 0, denominator = 1;
  double value = 0;            // of all kinds, rounded
  double half_last_digit = 0;  // of a decimal: 0.25 means 0.245 to 0.255

  /// As an input of a call, formed in the number type of the computation.
  template <class Number>
  [[nodiscard]] Number as() const {
    if (kind != Kind::quotient) return reference::exact<Number>(value);
    if (denominator == 1) return reference::whole<Number>(numerator);
    return reference::ratio<Number>(numerator, denominator);
  }

  /// Whether a result agrees; integers and fractions up to a few roundings of Number, which
  /// `rounding` is the relative size of.
  template <class Number>
  [[nodiscard]] bool agrees(const Number& result, double rounding) const {
    const double rounded = reference::Numeric<Number>::to_double(result);
    if (std::isnan(value)) return std::isnan(rounded);
    if (std::isinf(value) || std::isinf(rounded)) return rounded == value;
    const Number difference = result - as<Number>();
    const double error = std::fabs(reference::Numeric<Number>::to_double(difference));
    // A decimal stands here as the double next to it, hence its own rounding.
    const double allowed = kind == Kind::decimal ? half_last_digit + 64 * 0x1p-53 * std::fabs(value)
                                                 : 64 * rounding * std::fabs(value);
    return error <= allowed;  // false for a NaN
  }
};

struct WrittenTensor {
  Shape shape;
  std::vector<WrittenNumber> numbers;  // in C order
};

struct WrittenValueError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// "[[1, 1/3], [0.25, -inf]]". Throws WrittenValueError where brackets do not match, a list has
/// another length than its neighbours, or something is no number.
WrittenTensor parse_written_tensor(std::string_view text);

}  // namespace assay::self
