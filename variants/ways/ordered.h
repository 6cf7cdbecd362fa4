// SPDX-License-Identifier: Apache-2.0
// A float or double that sums and calls elementary functions in the current manner. The loops of
// the reference, run with it, are that way of computing, for all ops and models at once.
#pragma once

#include <cmath>
#include <type_traits>

#include "reference/number.h"
#include "variants/ways/functions.h"
#include "variants/ways/sums.h"

namespace assay::variants::ways {

/// Which text is run with the number: the reference's own, or one with other formulas
/// (rearranged.h), which is told from it by this tag.
struct AsWritten {};
struct Rearranged {};

template <class Real, class Text>
class Ordered {
 public:
  using Wide = WiderThan<Real>;
  Ordered() = default;
  explicit Ordered(Real value) : value_(value) {}
  [[nodiscard]] Real value() const { return value_; }
  [[nodiscard]] Wide wide() const { return static_cast<Wide>(value_); }
  static Ordered narrowed(Wide wide) { return Ordered(static_cast<Real>(wide)); }

  Ordered operator-() const { return Ordered(-value_); }
  friend Ordered operator+(Ordered a, Ordered b) { return Ordered(a.value_ + b.value_); }
  friend Ordered operator-(Ordered a, Ordered b) { return Ordered(a.value_ - b.value_); }
  friend Ordered operator*(Ordered a, Ordered b) { return Ordered(a.value_ * b.value_); }
  friend Ordered operator/(Ordered a, Ordered b) { return Ordered(a.value_ / b.value_); }
  Ordered& operator+=(Ordered other) { return *this = *this + other; }
  Ordered& operator-=(Ordered other) { return *this = *this - other; }
  Ordered& operator*=(Ordered other) { return *this = *this * other; }
  Ordered& operator/=(Ordered other) { return *this = *this / other; }

  friend bool operator==(Ordered a, Ordered b) { return a.value_ == b.value_; }
  friend auto operator<=>(Ordered a, Ordered b) { return a.value_ <=> b.value_; }

  friend Ordered exp(Ordered x) { return Ordered(ways::exp(manner->functions, x.value_)); }
  friend Ordered log(Ordered x) { return Ordered(ways::log(manner->functions, x.value_)); }
  friend Ordered tanh(Ordered x) { return Ordered(ways::tanh(manner->functions, x.value_)); }
  friend Ordered erf(Ordered x) { return Ordered(ways::erf(manner->functions, x.value_)); }
  friend Ordered sin(Ordered x) { return Ordered(ways::sin(manner->functions, x.value_)); }
  friend Ordered cos(Ordered x) { return Ordered(ways::cos(manner->functions, x.value_)); }
  friend Ordered pow(Ordered base, Ordered exponent) {
    return Ordered(ways::pow(manner->functions, base.value_, exponent.value_));
  }
  friend Ordered sqrt(Ordered x) { return Ordered(std::sqrt(x.value_)); }
  friend bool isnan(Ordered x) { return std::isnan(x.value_); }
  friend bool isinf(Ordered x) { return std::isinf(x.value_); }
  friend bool isfinite(Ordered x) { return std::isfinite(x.value_); }

 private:
  Real value_ = 0;
};

}  // namespace assay::variants::ways

namespace assay::reference {

template <class Real, class Text>
struct Numeric<variants::ways::Ordered<Real, Text>> {
  using Number = variants::ways::Ordered<Real, Text>;
  static Number exact(double value) { return Number(static_cast<Real>(value)); }
  static Number infinity() { return Number(std::numeric_limits<Real>::infinity()); }
  static Number not_a_number() { return Number(std::numeric_limits<Real>::quiet_NaN()); }
  static Number rounded(DType storage, Number value) {
    return exact(round_to(storage, static_cast<double>(value.value())));
  }
  static Number maybe_rounded(DType type, Number value) {
    return variants::ways::manner->rounds_inside ? rounded(type, value) : value;
  }
  static double to_double(Number value) { return static_cast<double>(value.value()); }
};

template <class Real, class Text>
struct Summation<variants::ways::Ordered<Real, Text>> {
  template <class Term>
  static auto sum(std::size_t count, const Term& term) {
    using Number = variants::ways::Ordered<Real, Text>;
    return variants::ways::Sum<Number, Term>(count, term).in(variants::ways::manner->order);
  }
};

}  // namespace assay::reference
