// SPDX-License-Identifier: Apache-2.0
// The bounding number: real f32 arithmetic, in any order, never leaves its bound.
#include <boost/test/unit_test.hpp>

#include "fixtures/numbers/bounding.h"
#include "fixtures/numbers/golden.h"
#include "fixtures/numbers/noisy.h"
#include "fixtures/numbers/ulp_budgets.h"

namespace {

using assay::DType;
using assay::fixtures::numbers::Bounding;
using assay::fixtures::numbers::bounding_class;
using assay::fixtures::numbers::BoundingScope;
using assay::fixtures::numbers::Golden;
using assay::fixtures::numbers::make_noisy_run;
using assay::fixtures::numbers::Noisy;
using assay::fixtures::numbers::NoisyRun;
using assay::fixtures::numbers::NoisyScope;
using assay::fixtures::numbers::round_once;
using assay::reference::exact;
using assay::reference::reduce;
using assay::reference::rsqrt;
using assay::reference::whole;

/// An expression with every operation, over inputs x of any size.
template <class Number>
Number expression(const std::vector<double>& x) {
  const auto term = [&](std::size_t i) {
    return exact<Number>(x[i]) * exact<Number>(x[x.size() - 1 - i]);
  };
  const Number dot = reduce<Number>(x.size(), term);
  const Number length = whole<Number>(static_cast<std::int64_t>(x.size()));
  const Number mean = dot / length;
  const Number tangent = tanh(mean), bell = erf(mean);
  const Number bent = tangent * bell;
  const Number power = exp(bent - exact<Number>(x[0]));
  const Number wave = sin(power) * cos(dot);
  const Number positive = wave * wave + exact<Number>(0.125);
  const Number scaled = rsqrt(positive) * sqrt(power);
  const Number logarithm = log(power + positive);
  return scaled - pow(positive, logarithm);
}

std::vector<double> draw(std::uint64_t seed, std::size_t count) {
  NoisyRun random = make_noisy_run({.seed = seed});
  std::vector<double> x(count);
  for (double& element : x) element = static_cast<float>(random.xi());
  return x;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(bounding)

BOOST_AUTO_TEST_CASE(no_run_within_the_class_ever_leaves_the_bound) {
  for (const DType arithmetic : {DType::f32, DType::f64}) {
    double largest_share = 0;
    for (std::uint64_t seed = 1; seed <= 300; ++seed) {
      const std::vector<double> x = draw(seed, 1 + seed % 97);
      const BoundingScope scope(bounding_class(arithmetic));
      const Bounding bound = expression<Bounding>(x);
      const Golden golden = expression<Golden>(x);
      for (int j = 0; j < 32; ++j) {
        NoisyRun run = make_noisy_run({.seed = seed, .run = j, .arithmetic = arithmetic});
        const NoisyScope noise(run);
        const Golden got = Golden::from_double(expression<Noisy>(x).value());
        const double error = std::fabs(round_once(DType::f64, got - golden));
        largest_share = std::max(largest_share, error / bound.error());
      }
    }
    BOOST_TEST(largest_share < 1.0);
    BOOST_TEST(largest_share > 0.01);  // a bound that is never approached would prove little
  }
}

BOOST_AUTO_TEST_CASE(fused_multiply_add_stays_within_the_bound) {
  const BoundingScope scope(bounding_class(DType::f32));
  double largest_share = 0;
  for (std::uint64_t seed = 1; seed <= 2000; ++seed) {
    const std::vector<double> x = draw(seed, 1 + seed % 40);
    const auto bound = reduce<Bounding>(
        x.size(), [&](std::size_t i) { return exact<Bounding>(x[i]) * exact<Bounding>(x[0]); });
    const auto golden = reduce<Golden>(
        x.size(), [&](std::size_t i) { return exact<Golden>(x[i]) * exact<Golden>(x[0]); });
    float fused = 0;
    for (const double element : x) {
      fused = std::fma(static_cast<float>(element), static_cast<float>(x[0]), fused);
    }
    const double error = std::fabs(round_once(DType::f64, Golden::from_double(fused) - golden));
    largest_share = std::max(largest_share, error / bound.error());
  }
  BOOST_TEST(largest_share <= 1.0);
}

BOOST_AUTO_TEST_CASE(an_error_that_cannot_be_bounded_is_infinite_and_never_nan) {
  const BoundingScope scope(bounding_class(DType::f32));
  const Bounding third = whole<Bounding>(1) / whole<Bounding>(3);
  const Bounding near_zero = third - third;
  BOOST_TEST(std::isinf((whole<Bounding>(1) / near_zero).error()));
  BOOST_TEST(std::isinf(log(near_zero).error()));
  BOOST_TEST(std::isinf(rsqrt(near_zero).error()));
  const Bounding huge = exact<Bounding>(1e30) * exact<Bounding>(1e30);
  BOOST_TEST(std::isinf(huge.error()));
  BOOST_TEST(std::isinf((huge * whole<Bounding>(0)).error()));
  BOOST_TEST(std::isinf((huge - huge).error()));
  BOOST_TEST(std::isinf(exp(huge).error()));
  BOOST_TEST(std::isinf(exp(-huge).error()));
  const auto unbounded_sum = reduce<Bounding>(3, [&](std::size_t) { return huge; });
  BOOST_TEST(std::isinf(unbounded_sum.error()));
}

BOOST_AUTO_TEST_CASE(selection_and_copies_have_no_error) {
  const BoundingScope scope(bounding_class(DType::f32));
  const Bounding x = exact<Bounding>(0.1f);
  BOOST_TEST((x + whole<Bounding>(0)).error() == 0);
  BOOST_TEST((x * whole<Bounding>(1)).error() == 0);
  BOOST_TEST((x / whole<Bounding>(1)).error() == 0);
  BOOST_TEST(exp(-assay::reference::Numeric<Bounding>::infinity()).error() == 0);
  BOOST_TEST(exp(whole<Bounding>(0)).error() == 0);
}

BOOST_AUTO_TEST_CASE(elementary_functions_of_exact_numbers_may_err_by_their_ulps) {
  namespace ulps = assay::fixtures::numbers::ulps;
  const BoundingScope scope(bounding_class(DType::f32));
  const Bounding x = exact<Bounding>(0.75);
  const auto holds = [](const Bounding& y, double allowed) {
    return y.error() >= 2 * allowed * 0x1p-24 * std::fabs(y.value());
  };
  BOOST_TEST(holds(exp(x), ulps::exp));
  BOOST_TEST(holds(log(x), ulps::log));
  BOOST_TEST(holds(tanh(x), ulps::tanh));
  BOOST_TEST(holds(erf(x), ulps::erf));
  BOOST_TEST(holds(sin(x), ulps::sin));
  BOOST_TEST(holds(cos(x), ulps::cos));
  BOOST_TEST(holds(pow(x, x), ulps::pow));
  BOOST_TEST(holds(rsqrt(x), ulps::rsqrt));
  BOOST_TEST(holds(sqrt(x), 0.5));
}

BOOST_AUTO_TEST_CASE(the_largest_of_uncertain_numbers_has_the_largest_uncertainty) {
  const BoundingScope scope(bounding_class(DType::f32));
  const Bounding terms[] = {whole<Bounding>(1), whole<Bounding>(2) / whole<Bounding>(3)};
  const auto largest =
      assay::reference::maximum<Bounding>(2, [&](std::size_t i) { return terms[i]; });
  BOOST_TEST(largest.value() == 1);
  BOOST_TEST(largest.error() == terms[1].error());
}

BOOST_AUTO_TEST_CASE(a_rounding_inside_removes_the_error_where_it_cannot_jump) {
  const BoundingScope scope(bounding_class(DType::f32));
  using Numeric = assay::reference::Numeric<Bounding>;
  const Bounding third = whole<Bounding>(1) / whole<Bounding>(3);
  BOOST_TEST(Numeric::rounded(DType::bf16, third).error() == 0);
  const Bounding at_jump = third * whole<Bounding>(3) + exact<Bounding>(0x1p-8);
  BOOST_TEST(Numeric::rounded(DType::bf16, at_jump).error() == 0x1p-7);
}

BOOST_AUTO_TEST_SUITE_END()
