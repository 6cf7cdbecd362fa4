// SPDX-License-Identifier: Apache-2.0
// Coarser arithmetic than a class allows, for mistakes to use.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>

#include "reference/number.h"

namespace assay::mistaken {

/// x as a narrower type holds it.
template <class Number>
Number cut(DType type, const Number& x) {
  return static_cast<Number>(round_to(type, static_cast<double>(x)));
}

/// x with its significand cut off after `bits` bits, counting the hidden one.
template <class Number>
Number truncated(int bits, const Number& x) {
  int exponent = 0;
  const Number fraction = std::frexp(x, &exponent);
  return std::isfinite(x) ? std::ldexp(std::trunc(std::ldexp(fraction, bits)), exponent - bits) : x;
}

/// x rounded to the 11 bits that a matrix unit multiplies in TF32.
template <class Number>
Number tf32(const Number& x) {
  int exponent = 0;
  const Number fraction = std::frexp(x, &exponent);
  return std::isfinite(x) ? std::ldexp(std::nearbyint(std::ldexp(fraction, 11)), exponent - 11) : x;
}

/// 0 for what is subnormal in f32, as flush-to-zero leaves it.
template <class Number>
Number flushed(const Number& x) {
  return std::abs(x) < std::numeric_limits<float>::min() ? Number{0} : x;
}

/// term(0) + ... with the running sum rounded to a narrower type at every step.
template <class Number, class Term>
Number sum_in(DType type, std::size_t count, const Term& term) {
  Number sum = 0;
  for (std::size_t i = 0; i < count; ++i) sum = cut<Number>(type, sum + term(i));
  return sum;
}

/// 2^(x log2 e) by a polynomial of this degree on the fraction, from the Taylor series around its
/// middle. `whole_part` splits the exponent into a whole number and what is left.
template <class Number, class WholePart>
Number exp_by_polynomial(int degree, const Number& x, const WholePart& whole_part) {
  if (std::isnan(x)) return x;
  const Number ln_2 = std::log(Number{2});
  const Number power = std::min(std::max(x / ln_2, Number{-1100}), Number{1100});
  const Number exponent = whole_part(power);
  const Number rest = (power - exponent - Number{0.5}) * ln_2;
  Number term = 1, sum = 1;
  for (int n = 1; n <= degree; ++n) {
    term = term * rest / static_cast<Number>(n);
    sum = sum + term;
  }
  return std::ldexp(sum * std::sqrt(Number{2}), static_cast<int>(exponent));
}

/// The error function with an absolute error of up to 1.5e-7: Abramowitz and Stegun 7.1.26.
template <class Number>
Number coarse_erf(const Number& x) {
  const Number a = std::abs(x);
  const Number t = 1 / (1 + Number(0.3275911) * a);
  const Number polynomial =
      t * (Number(0.254829592) +
           t * (Number(-0.284496736) +
                t * (Number(1.421413741) + t * (Number(-1.453152027) + t * Number(1.061405429)))));
  return std::copysign(1 - polynomial * std::exp(-a * a), x);
}

/// tanh by the quotient x (27 + x^2) / (27 + 9 x^2), kept within -1 and 1.
template <class Number>
Number tanh_by_quotient(const Number& x) {
  if (std::abs(x) >= 3) return std::copysign(Number{1}, x);
  return x * (27 + x * x) / (27 + 9 * x * x);
}

/// The largest finite f16 number for what lies beyond it.
template <class Number>
Number saturated(const Number& x) {
  if (std::isnan(x)) return x;
  return std::min(std::max(x, Number{-65504}), Number{65504});
}

/// The mean of the squares less the square of the mean.
template <class Number, class Term>
Number one_pass_variance(std::size_t count, const Term& term) {
  Number sum = 0, squares = 0;
  for (std::size_t i = 0; i < count; ++i) {
    sum += term(i);
    squares += term(i) * term(i);
  }
  const Number mean = sum / static_cast<Number>(count);
  return squares / static_cast<Number>(count) - mean * mean;
}

/// The largest score, or 0 if all are negative.
template <class Number>
Number floored_at_zero(const Number& largest) {
  return largest < Number{0} && std::isfinite(largest) ? Number{0} : largest;
}

}  // namespace assay::mistaken
