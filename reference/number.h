// SPDX-License-Identifier: Apache-2.0
// What the loops ask of a number. The same loops run with float and double, with a 113-bit float
// (the golden value), with a noisy float (the budget) and with a bounding number (the bound); each
// of those lives with whoever needs it and specialises `Numeric` and, where the order of a sum
// matters, `Summation`.
//
// Rules for the loops:
// - `Number` is never made from a floating literal: constants are ratio<Number>(1, 2), attributes
// come through exact().
// - Every sum goes through reduce(), so that a number type can choose the order of summation.
// - At most one rounding operation per statement whose operands are themselves results, so that all
// compilers evaluate in
//   one order: `const Number a = x * y; const Number b = z * w; return a + b;`.
#pragma once

#ifdef __FAST_MATH__
#error \
    "The reference must be compiled without -ffast-math: it defines what NaN, infinity and rounding mean."
#endif

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "reference/storage.h"

namespace assay::reference {

// Found by unqualified calls for float and double; other number types bring their own by
// argument-dependent lookup.
using std::cos;
using std::erf;
using std::exp;
using std::isfinite;
using std::isinf;
using std::isnan;
using std::log;
using std::pow;
using std::sin;
using std::sqrt;
using std::tanh;

/// How a number is made from exact values. Specialised by each number type that is no built-in
/// float.
template <class Number>
struct Numeric {
  static Number exact(double value) { return static_cast<Number>(value); }
  static Number infinity() { return std::numeric_limits<Number>::infinity(); }
  static Number not_a_number() { return std::numeric_limits<Number>::quiet_NaN(); }
  /// The value as a storage type holds it, where a clause fixes a rounding inside an operation.
  static Number rounded(DType storage, Number value) {
    return static_cast<Number>(round_to(storage, static_cast<double>(value)));
  }
  /// The value after a rounding that the class allows and does not demand: the built-in floats do
  /// what most engines do and round.
  static Number maybe_rounded(DType type, Number value) { return rounded(type, value); }
  static double to_double(Number value) { return static_cast<double>(value); }
};

/// An attribute or stored value, which the number type holds exactly.
template <class Number>
Number exact(double value) {
  return Numeric<Number>::exact(value);
}

/// A constant of a formula as a quotient of integers, rounded once.
template <class Number>
Number ratio(std::int64_t numerator, std::int64_t denominator) {
  return exact<Number>(static_cast<double>(numerator)) /
         exact<Number>(static_cast<double>(denominator));
}

/// A value where the class allows a rounding to `type` and does not demand it: between the ops of a
/// block (clause numerics.between-ops), and before an inner product (numerics.operands). Only
/// 16-bit types are narrower than the arithmetic.
template <class Number>
Number maybe_rounded(DType type, const Number& value) {
  return size_of(type) == 2 ? Numeric<Number>::maybe_rounded(type, value) : value;
}

template <class Number>
Number whole(std::int64_t value) {
  return exact<Number>(static_cast<double>(value));
}

/// 1 / sqrt(x); its own name because classes give it its own ULP budget.
template <class Number>
Number rsqrt(const Number& x) {
  return whole<Number>(1) / sqrt(x);
}

/// The order in which a sum is formed: from the first term to the last, unless the number type says
/// otherwise.
template <class Number>
struct Summation {
  template <class Term>
  static Number sum(std::size_t count, const Term& term) {
    Number total = whole<Number>(0);
    for (std::size_t i = 0; i < count; ++i) total = total + term(i);
    return total;
  }
};

/// term(0) + ... + term(count - 1). The spec fixes no order [numerics.sum-order]; no terms give 0.
template <class Number, class Term>
Number reduce(std::size_t count, const Term& term) {
  return Summation<Number>::sum(count, term);
}

/// How a largest element is found, unless the number type, which may carry more than a value, says
/// otherwise.
template <class Number>
struct Maximum {
  template <class Term>
  static Number of(std::size_t count, const Term& term) {
    Number largest = -Numeric<Number>::infinity();
    for (std::size_t i = 0; i < count; ++i) {
      const Number candidate = term(i);
      if (isnan(candidate)) return candidate;
      if (largest < candidate) largest = candidate;
    }
    return largest;
  }
};

/// The largest of term(0) ... term(count - 1); a NaN among them is the result [numerics.nan]; no
/// terms give -infinity.
template <class Number, class Term>
Number maximum(std::size_t count, const Term& term) {
  return Maximum<Number>::of(count, term);
}

}  // namespace assay::reference
