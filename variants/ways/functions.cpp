// SPDX-License-Identifier: Apache-2.0
#include "variants/ways/functions.h"

#include <cmath>
#include <limits>
#include <numbers>

namespace assay::variants::ways {
namespace {

/// log2 e as the sum of two numbers of the type.
template <class Real>
struct Log2E {
  static constexpr Real high = static_cast<Real>(std::numbers::log2e_v<long double>);
  static constexpr Real low =
      static_cast<Real>(std::numbers::log2e_v<long double> - static_cast<long double>(high));
};

/// e^x = 2^(x log2 e): the product rounded and what the rounding lost, which is small enough for
/// 2^l = 1 + l ln 2.
template <class Real>
Real exp_by_powers_of_2(Real x) {
  const Real power = x * Log2E<Real>::high;
  const Real whole_power = std::exp2(power);
  if (!std::isfinite(power) || whole_power == 0 || std::isinf(whole_power)) return whole_power;
  const Real lost = std::fma(x, Log2E<Real>::high, -power) + x * Log2E<Real>::low;
  return std::fma(whole_power, lost * std::numbers::ln2_v<Real>, whole_power);
}

/// e^x = 2^n e^r with |r| <= ln(2) / 2, n ln 2 subtracted in two parts (Cody and Waite 1980), and
/// e^r by its Taylor series, whose next term is below an eighth of an ulp.
template <class Real>
Real exp_by_series(Real x) {
  constexpr bool single = std::is_same_v<Real, float>;
  // The high part has so few bits that n times it is exact.
  constexpr Real ln2_high =
      single ? static_cast<Real>(0x1.62ep-1) : static_cast<Real>(0x1.62e42fep-1);
  constexpr Real ln2_low =
      static_cast<Real>(std::numbers::ln2_v<long double> - static_cast<long double>(ln2_high));
  constexpr Real largest = single ? Real(89) : Real(710),
                 smallest = single ? Real(-104) : Real(-746);
  if (std::isnan(x)) return x;
  if (x > largest) return std::numeric_limits<Real>::infinity();
  if (x < smallest) return 0;
  const Real n = std::nearbyint(x * Log2E<Real>::high);
  const Real r = (x - n * ln2_high) - n * ln2_low;
  constexpr int terms = single ? 8 : 14;
  Real sum = 1;
  for (int k = terms; k >= 1; --k) sum = 1 + sum * r / static_cast<Real>(k);
  return std::ldexp(sum, static_cast<int>(n));
}

/// Near 0 the continued fraction x / (1 + x^2 / (3 + x^2 / (5 + ...))) (Lambert 1761), else from
/// e^2x.
template <class Real>
Real tanh_by_series(Real x) {
  const Real magnitude = std::fabs(x);
  if (!(magnitude > Real(0.75))) {
    constexpr int depth = std::is_same_v<Real, float> ? 6 : 11;
    Real below = 2 * depth + 1;
    for (int k = depth; k >= 1; --k) below = static_cast<Real>(2 * k - 1) + x * x / below;
    return x / below;
  }
  const Real power = exp_by_series(2 * magnitude);
  return std::copysign(1 - 2 / (power + 1), x);
}

/// Below 1.25 the Maclaurin series 2/sqrt(pi) sum (-1)^k x^(2k+1) / (k! (2k+1)), from there on
/// 1 - erfc(x) with the continued fraction of Laplace.
template <class Real>
Real erf_by_series(Real x) {
  const Real magnitude = std::fabs(x), square = x * x;
  if (!(magnitude >= Real(1.25))) {
    constexpr int terms = std::is_same_v<Real, float> ? 17 : 29;
    Real sum = 0;
    for (int k = terms - 1; k >= 0; --k) {
      const long double divisor = std::tgamma(static_cast<long double>(k) + 1) * (2 * k + 1);
      sum = sum * square + static_cast<Real>((k % 2 == 0 ? 1 : -1) / divisor);
    }
    return 2 * std::numbers::inv_sqrtpi_v<Real> * x * sum;
  }
  if (magnitude > 7) return std::copysign(Real(1), x);
  Real fraction = magnitude;
  for (int k = 200; k >= 1; --k) fraction = magnitude + static_cast<Real>(k) / 2 / fraction;
  const Real rest = exp_by_series(-square) * std::numbers::inv_sqrtpi_v<Real> / fraction;
  return std::copysign(1 - rest, x);
}

/// The library's function in the type itself or in the next wider one.
template <class Real, class Function>
Real from_library(Functions from, Real x, const Function& function) {
  if (from != Functions::wider) return function(x);
  return static_cast<Real>(function(static_cast<WiderThan<Real>>(x)));
}

template <class Real>
Real exp_from(Functions from, Real x) {
  if (from == Functions::base_2) return exp_by_powers_of_2(x);
  if (from == Functions::polynomial) return exp_by_series(x);
  return from_library(from, x, [](auto y) { return std::exp(y); });
}

template <class Real>
Real tanh_from(Functions from, Real x) {
  if (from == Functions::polynomial) return tanh_by_series(x);
  return from_library(from, x, [](auto y) { return std::tanh(y); });
}

template <class Real>
Real erf_from(Functions from, Real x) {
  if (from == Functions::polynomial) return erf_by_series(x);
  return from_library(from, x, [](auto y) { return std::erf(y); });
}

template <class Real>
Real pow_from(Functions from, Real base, Real exponent) {
  if (from == Functions::base_2) return 1 / std::pow(base, -exponent);
  if (from != Functions::wider) return std::pow(base, exponent);
  using Wide = WiderThan<Real>;
  return static_cast<Real>(std::pow(static_cast<Wide>(base), static_cast<Wide>(exponent)));
}

}  // namespace

float exp(Functions from, float x) { return exp_from(from, x); }
double exp(Functions from, double x) { return exp_from(from, x); }
float tanh(Functions from, float x) { return tanh_from(from, x); }
double tanh(Functions from, double x) { return tanh_from(from, x); }
float erf(Functions from, float x) { return erf_from(from, x); }
double erf(Functions from, double x) { return erf_from(from, x); }

float log(Functions from, float x) {
  return from_library(from, x, [](auto y) { return std::log(y); });
}
double log(Functions from, double x) {
  return from_library(from, x, [](auto y) { return std::log(y); });
}
float sin(Functions from, float x) {
  return from_library(from, x, [](auto y) { return std::sin(y); });
}
double sin(Functions from, double x) {
  return from_library(from, x, [](auto y) { return std::sin(y); });
}
float cos(Functions from, float x) {
  return from_library(from, x, [](auto y) { return std::cos(y); });
}
double cos(Functions from, double x) {
  return from_library(from, x, [](auto y) { return std::cos(y); });
}
float pow(Functions from, float base, float exponent) { return pow_from(from, base, exponent); }
double pow(Functions from, double base, double exponent) { return pow_from(from, base, exponent); }

}  // namespace assay::variants::ways
