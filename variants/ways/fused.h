// SPDX-License-Identifier: Apache-2.0
// A float or double whose products stay unrounded until something is added to them: every
// multiplication that feeds an addition becomes a fused multiply-add, as a compiler makes it that
// may contract. Clause numerics.operations allows it.
#pragma once

#include <cmath>

#include "reference/number.h"
#include "variants/ways/functions.h"
#include "variants/ways/sums.h"

namespace assay::variants::ways {

template <class Real>
class Fused {
 public:
  using Wide = WiderThan<Real>;
  Fused() = default;
  explicit Fused(Real value) : value_(value) {}
  [[nodiscard]] Real value() const { return value_; }
  [[nodiscard]] Wide wide() const { return static_cast<Wide>(value_); }
  static Fused narrowed(Wide wide) { return Fused(static_cast<Real>(wide)); }

  Fused operator-() const { return is_product_ ? product(-first_, second_) : Fused(-value_); }
  friend Fused operator+(const Fused& a, const Fused& b) {
    if (b.is_product_) return Fused(std::fma(b.first_, b.second_, a.value_));
    if (a.is_product_) return Fused(std::fma(a.first_, a.second_, b.value_));
    return Fused(a.value_ + b.value_);
  }
  friend Fused operator-(const Fused& a, const Fused& b) { return a + -b; }
  friend Fused operator*(const Fused& a, const Fused& b) { return product(a.value_, b.value_); }
  friend Fused operator/(const Fused& a, const Fused& b) { return Fused(a.value_ / b.value_); }
  Fused& operator+=(const Fused& other) { return *this = *this + other; }
  Fused& operator-=(const Fused& other) { return *this = *this - other; }
  Fused& operator*=(const Fused& other) { return *this = *this * other; }
  Fused& operator/=(const Fused& other) { return *this = *this / other; }

  friend bool operator==(const Fused& a, const Fused& b) { return a.value_ == b.value_; }
  friend auto operator<=>(const Fused& a, const Fused& b) { return a.value_ <=> b.value_; }

  friend Fused exp(const Fused& x) { return Fused(ways::exp(manner->functions, x.value_)); }
  friend Fused log(const Fused& x) { return Fused(ways::log(manner->functions, x.value_)); }
  friend Fused tanh(const Fused& x) { return Fused(ways::tanh(manner->functions, x.value_)); }
  friend Fused erf(const Fused& x) { return Fused(ways::erf(manner->functions, x.value_)); }
  friend Fused sin(const Fused& x) { return Fused(ways::sin(manner->functions, x.value_)); }
  friend Fused cos(const Fused& x) { return Fused(ways::cos(manner->functions, x.value_)); }
  friend Fused pow(const Fused& base, const Fused& exponent) {
    return Fused(ways::pow(manner->functions, base.value_, exponent.value_));
  }
  friend Fused sqrt(const Fused& x) { return Fused(std::sqrt(x.value_)); }
  friend bool isnan(const Fused& x) { return std::isnan(x.value_); }
  friend bool isinf(const Fused& x) { return std::isinf(x.value_); }
  friend bool isfinite(const Fused& x) { return std::isfinite(x.value_); }

 private:
  static Fused product(Real first, Real second) {
    Fused made(first * second);
    made.first_ = first;
    made.second_ = second;
    made.is_product_ = true;
    return made;
  }

  Real value_ = 0;
  Real first_ = 0, second_ = 0;  // the factors
  bool is_product_ = false;
};

}  // namespace assay::variants::ways

namespace assay::reference {

template <class Real>
struct Numeric<variants::ways::Fused<Real>> {
  using Number = variants::ways::Fused<Real>;
  static Number exact(double value) { return Number(static_cast<Real>(value)); }
  static Number infinity() { return Number(std::numeric_limits<Real>::infinity()); }
  static Number not_a_number() { return Number(std::numeric_limits<Real>::quiet_NaN()); }
  static Number rounded(DType storage, const Number& value) {
    return exact(round_to(storage, static_cast<double>(value.value())));
  }
  static Number maybe_rounded(DType type, const Number& value) {
    return variants::ways::manner->rounds_inside ? rounded(type, value) : value;
  }
  static double to_double(const Number& value) { return static_cast<double>(value.value()); }
};

template <class Real>
struct Summation<variants::ways::Fused<Real>> {
  template <class Term>
  static auto sum(std::size_t count, const Term& term) {
    using Number = variants::ways::Fused<Real>;
    return variants::ways::Sum<Number, Term>(count, term).in(variants::ways::manner->order);
  }
};

}  // namespace assay::reference
