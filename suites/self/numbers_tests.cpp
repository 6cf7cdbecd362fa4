// SPDX-License-Identifier: Apache-2.0
// The golden number against published digits, and our own elementary functions against it.
#define BOOST_TEST_MODULE numbers
#include <boost/test/unit_test.hpp>
#include <functional>
#include <type_traits>

#include "fixtures/numbers/elementary.h"
#include "fixtures/numbers/golden.h"

namespace {

using assay::DType;
using assay::fixtures::numbers::Golden;
using assay::fixtures::numbers::round_once;
namespace elementary = assay::fixtures::numbers::elementary;
using assay::reference::ratio;
using assay::reference::whole;

Golden of_digits(const char* digits) { return Golden::of(Golden::Value(digits)); }

double relative_distance(const Golden& got, const Golden& want) {
  const Golden share = (got - want) / want;
  return std::fabs(round_once(DType::f64, share));
}

/// The largest relative error of `ours` over `points` arguments from `low` to `high`.
double worst_error(double (*ours)(double), Golden (*exact)(const Golden&), double low, double high,
                   int points) {
  double worst = 0;
  for (int i = 0; i < points; ++i) {
    const double x = low + (high - low) * (i + 0.37) / points;
    const Golden want = exact(Golden::from_double(x));
    if (want == whole<Golden>(0)) continue;
    worst = std::max(worst, relative_distance(Golden::from_double(ours(x)), want));
  }
  return worst;
}

}  // namespace

static_assert(!std::is_convertible_v<double, Golden>);
static_assert(!std::is_constructible_v<Golden, double>);
static_assert(!std::is_constructible_v<Golden, float>);

BOOST_AUTO_TEST_CASE(golden_functions_agree_with_published_digits) {
  const Golden one = whole<Golden>(1);
  // e, ln 2, sqrt 2, tanh 1, erf 1, sin 1, cos 1: OEIS A001113, A002162, A002193, A073744,
  // A099286, A049469, A049470; erf elsewhere by mpmath 1.3
  const std::pair<Golden, Golden> pairs[] = {
      {exp(one), of_digits("2.71828182845904523536028747135266249775724709")},
      {log(whole<Golden>(2)), of_digits("0.693147180559945309417232121458176568075500134")},
      {sqrt(whole<Golden>(2)), of_digits("1.41421356237309504880168872420969807856967187")},
      {tanh(one), of_digits("0.761594155955764888119458282604793590412768597")},
      {erf(one), of_digits("0.842700792949714869341220635082609259296066997966302908")},
      {erf(ratio<Golden>(1, 2)),
       of_digits("0.520499877813046537682746653891964528736451575757963700")},
      {erf(whole<Golden>(-3)),
       of_digits("-0.99997790950300141455862722387041767962015229291260075")},
      {erf(whole<Golden>(5)),
       of_digits("0.999999999998462540205571965149811656514616621109881950")},
      {sin(one), of_digits("0.841470984807896506652502321630298999622563060")},
      {cos(one), of_digits("0.540302305868139717400936607442976603732310420")},
      {pow(whole<Golden>(2), ratio<Golden>(1, 2)),
       of_digits("1.41421356237309504880168872420969807856967187")},
  };
  for (const auto& [got, want] : pairs) BOOST_TEST(relative_distance(got, want) < 1e-32);
}

BOOST_AUTO_TEST_CASE(golden_angles_keep_their_digits_however_large) {
  // sin and cos of 10^5 and 10^22; the latter is the classic test of argument reduction (Ng 1992).
  BOOST_TEST(relative_distance(sin(Golden::from_double(1e22)),
                               of_digits("-0.852200849767188801772705893753029368261762150410")) <
             1e-29);
  const Golden x = Golden::from_double(1e5);
  const Golden square_sum = sin(x) * sin(x) + cos(x) * cos(x);
  BOOST_TEST(relative_distance(square_sum, whole<Golden>(1)) < 1e-32);
  const Golden doubled = whole<Golden>(2) * sin(x) * cos(x);
  BOOST_TEST(relative_distance(sin(x + x), doubled) < 1e-30);
}

BOOST_AUTO_TEST_CASE(golden_special_values_are_those_of_the_clauses) {
  const Golden infinity = assay::reference::Numeric<Golden>::infinity();
  BOOST_TEST((exp(-infinity) == whole<Golden>(0)));
  BOOST_TEST(isinf(exp(infinity)));
  BOOST_TEST((exp(Golden::from_double(-20000)) == whole<Golden>(0)));
  BOOST_TEST((tanh(infinity) == whole<Golden>(1)));
  BOOST_TEST((erf(-infinity) == whole<Golden>(-1)));
  BOOST_TEST(isnan(erf(infinity - infinity)));
  BOOST_TEST(isnan(infinity - infinity));
  BOOST_TEST(isnan(whole<Golden>(0) * infinity));
  BOOST_TEST(isinf(log(whole<Golden>(0))));
  BOOST_TEST(isnan(sqrt(-whole<Golden>(1))));
  BOOST_TEST(!(assay::reference::Numeric<Golden>::not_a_number() < whole<Golden>(1)));
}

BOOST_AUTO_TEST_CASE(rounding_happens_once) {
  // Halfway between 1 and its f32 neighbour, plus 2^-60: up. Through f64 it would become a tie.
  const Golden halfway = whole<Golden>(1) + Golden::from_double(0x1p-24);
  BOOST_TEST(round_once(DType::f32, halfway) == 1.0);
  BOOST_TEST(round_once(DType::f32, halfway + Golden::from_double(0x1p-60)) == 1.0 + 0x1p-23);
  BOOST_TEST(round_once(DType::f32, halfway + Golden::from_double(0x1p-23)) == 1.0 + 0x1p-22);
  BOOST_TEST(round_once(DType::bf16, -whole<Golden>(1) - Golden::from_double(0x1p-8)) == -1.0);
  BOOST_TEST(round_once(DType::f64, Golden::from_double(0x1p-1074)) == 0x1p-1074);
  BOOST_TEST(round_once(DType::f64, Golden::from_double(0x1p-1074) * ratio<Golden>(1, 2)) == 0.0);
  BOOST_TEST(round_once(DType::f64, Golden::from_double(0x1p-1074) * ratio<Golden>(3, 4)) ==
             0x1p-1074);
  BOOST_TEST(std::isinf(round_once(DType::f32, Golden::from_double(0x1.ffffffp127))));
  BOOST_TEST(round_once(DType::f32, Golden::from_double(0x1.fffffefp127)) == 0x1.fffffep127);
  BOOST_TEST(round_once(DType::f16, Golden::from_double(65519.99)) == 65504.0);
  BOOST_TEST(std::isinf(round_once(DType::f16, Golden::from_double(65520))));
}

BOOST_AUTO_TEST_CASE(rounding_agrees_with_the_storage_conversions) {
  std::uint64_t bits = 1;
  for (int i = 0; i < 20000; ++i) {
    bits = bits * 6364136223846793005u + 1442695040888963407u;
    const double x = std::ldexp(static_cast<double>(static_cast<std::int64_t>(bits)) * 0x1p-63,
                                static_cast<int>(bits % 320) - 160);
    const Golden golden = Golden::from_double(x);
    for (const DType type : {DType::f64, DType::f32, DType::bf16, DType::f16}) {
      BOOST_REQUIRE_EQUAL(round_once(type, golden), assay::round_to(type, x));
    }
  }
}

BOOST_AUTO_TEST_CASE(elementary_functions_are_as_good_as_their_header_says) {
  BOOST_TEST(worst_error(elementary::exp, assay::fixtures::numbers::exp, -700, 700, 20000) <
             2.5e-16);
  BOOST_TEST(worst_error(elementary::exp, assay::fixtures::numbers::exp, -1, 1, 20000) < 2.5e-16);
  BOOST_TEST(worst_error(elementary::log, assay::fixtures::numbers::log, 1e-3, 3, 20000) < 4e-16);
  BOOST_TEST(worst_error(elementary::log, assay::fixtures::numbers::log, 0.999, 1.001, 5000) <
             4e-16);
  BOOST_TEST(worst_error(elementary::log, assay::fixtures::numbers::log, 1e-310, 1e300, 5000) <
             4e-16);
  BOOST_TEST(worst_error(elementary::tanh, assay::fixtures::numbers::tanh, -25, 25, 20000) < 6e-16);
  BOOST_TEST(worst_error(elementary::tanh, assay::fixtures::numbers::tanh, -0.3, 0.3, 20000) <
             6e-16);
  BOOST_TEST(worst_error(elementary::tanh, assay::fixtures::numbers::tanh, 1e-12, 1e-10, 200) <
             6e-16);
  BOOST_TEST(worst_error(elementary::erf, assay::fixtures::numbers::erf, -7, 7, 20000) < 1e-15);
  BOOST_TEST(worst_error(elementary::erf, assay::fixtures::numbers::erf, 1.9, 2.1, 5000) < 1e-15);
  BOOST_TEST(worst_error(elementary::erf, assay::fixtures::numbers::erf, -0.3, 0.3, 5000) < 1e-15);
  BOOST_TEST(worst_error(elementary::erf, assay::fixtures::numbers::erf, 1e-12, 1e-10, 200) <
             1e-15);
  BOOST_TEST(worst_error(elementary::sin, assay::fixtures::numbers::sin, -10, 10, 20000) < 3e-16);
  BOOST_TEST(worst_error(elementary::cos, assay::fixtures::numbers::cos, -10, 10, 20000) < 3e-16);
  BOOST_TEST(worst_error(elementary::sin, assay::fixtures::numbers::sin, 0, 131072, 20000) < 3e-16);
  BOOST_TEST(worst_error(elementary::cos, assay::fixtures::numbers::cos, -1048576, 1048576, 20000) <
             3e-16);
  double worst = 0;
  for (int i = 0; i < 20000; ++i) {
    const double base = std::ldexp(1 + (i % 997) / 997.0, i % 41 - 20);
    const double exponent = (i % 801 - 400) / 16.0;
    const Golden want = pow(Golden::from_double(base), Golden::from_double(exponent));
    worst = std::max(worst,
                     relative_distance(Golden::from_double(elementary::pow(base, exponent)), want));
  }
  BOOST_TEST(worst < 1e-15);
}

BOOST_AUTO_TEST_CASE(elementary_functions_keep_the_special_values_of_c99) {
  const double infinity = std::numeric_limits<double>::infinity();
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double values[] = {-infinity, -3.5, -3, -2, -1, -0.5, -0.0, 0, 0.5, 1, 2, 3, infinity, nan};
  const auto same = [](double a, double b) {
    if (std::isnan(a) || std::isnan(b)) return std::isnan(a) && std::isnan(b);
    return std::isinf(a) || std::isinf(b) ? a == b : std::fabs(a - b) <= 1e-15 * std::fabs(b);
  };
  for (const double x : values) {
    BOOST_TEST(same(elementary::exp(x), std::exp(x)), "exp " << x);
    BOOST_TEST(same(elementary::log(x), std::log(x)), "log " << x);
    BOOST_TEST(same(elementary::tanh(x), std::tanh(x)), "tanh " << x);
    BOOST_TEST(same(elementary::erf(x), std::erf(x)), "erf " << x);
    BOOST_TEST(same(elementary::sin(x), std::sin(x)), "sin " << x);
    BOOST_TEST(same(elementary::cos(x), std::cos(x)), "cos " << x);
    for (const double y : values) {
      BOOST_TEST(same(elementary::pow(x, y), std::pow(x, y)), "pow " << x << ' ' << y);
    }
  }
  BOOST_CHECK_THROW(elementary::sin(2e6), std::domain_error);
  BOOST_TEST(elementary::exp(-745) == 0x1p-1074);
  BOOST_TEST(elementary::exp(-800) == 0);
}
