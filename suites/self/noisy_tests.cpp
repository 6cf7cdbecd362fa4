// SPDX-License-Identifier: Apache-2.0
// The noisy number: the same bits every time, noise of the promised size, orders that differ.
#include <boost/test/unit_test.hpp>
#include <set>

#include "fixtures/numbers/noisy.h"

namespace {

using assay::DType;
using assay::fixtures::numbers::make_noisy_run;
using assay::fixtures::numbers::Noisy;
using assay::fixtures::numbers::NoisyRun;
using assay::fixtures::numbers::NoisyRunKind;
using assay::fixtures::numbers::NoisyScope;
using assay::reference::exact;
using assay::reference::reduce;
using assay::reference::whole;

double term_value(std::size_t i) { return static_cast<float>(0.1 + 0.7 * ((i * 37) % 101) / 101); }

double sum_in(const NoisyRunKind& kind, std::size_t count) {
  NoisyRun run = make_noisy_run(kind);
  const NoisyScope scope(run);
  return reduce<Noisy>(count, [](std::size_t i) { return exact<Noisy>(term_value(i)); }).value();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(noisy)

BOOST_AUTO_TEST_CASE(a_run_has_the_same_bits_every_time) {
  for (int run = 0; run < 32; ++run) {
    BOOST_TEST(sum_in({.seed = 7, .run = run}, 1000) == sum_in({.seed = 7, .run = run}, 1000));
  }
}

/// Recorded with gcc 12 at -O3; the same with clang 14 and at -O0 to -O3, because every statement
/// has one noisy operation and the noise comes from a counter.
BOOST_AUTO_TEST_CASE(the_bits_do_not_depend_on_the_compiler) {
  double total = 0;
  for (int run = 0; run < 32; ++run) total += sum_in({.seed = 7, .run = run}, 1000);
  NoisyRun run = make_noisy_run({.seed = 7, .run = 2});
  const NoisyScope scope(run);
  const Noisy x = exact<Noisy>(0.75);
  const Noisy grown = exp(x), bent = tanh(x);
  const Noisy product = grown * bent;
  const Noisy sine = sin(x), cosine = cos(x);
  const Noisy quotient = sine / cosine;
  const Noisy power = pow(x, x), logarithm = log(x);
  const Noisy rest = power + logarithm;
  const Noisy inverse = rsqrt(product), root = sqrt(quotient);
  const Noisy share = root * rest;
  const Noisy last = inverse - share;
  BOOST_TEST(total == 0x1.be9a9eb2a555ep+13);
  BOOST_TEST(last.value() == 0x1.72df1e540245dp-2);
}

BOOST_AUTO_TEST_CASE(all_runs_of_a_sum_differ) {
  std::set<double> sums;
  for (int run = 0; run < 32; run += 2) sums.insert(sum_in({.seed = 1, .run = run}, 1000));
  BOOST_TEST(sums.size() == 16);
}

BOOST_AUTO_TEST_CASE(real_rounding_runs_differ_by_their_order_alone) {
  std::set<double> sums;
  for (int run = 1; run < 16; run += 2) sums.insert(sum_in({.seed = 1, .run = run}, 1000));
  BOOST_TEST(sums.size() >= 6);  // natural occurs twice
  float natural = 0;
  for (std::size_t i = 0; i < 1000; ++i) natural += static_cast<float>(term_value(i));
  BOOST_TEST(sum_in({.seed = 1, .run = 1}, 1000) == static_cast<double>(natural));
  float reverse = 0;
  for (std::size_t i = 1000; i-- > 0;) reverse += static_cast<float>(term_value(i));
  BOOST_TEST(sum_in({.seed = 1, .run = 3}, 1000) == static_cast<double>(reverse));
}

BOOST_AUTO_TEST_CASE(odd_runs_of_f64_are_plain_double_arithmetic) {
  double natural = 0;
  for (std::size_t i = 0; i < 1000; ++i) natural += term_value(i);
  BOOST_TEST(sum_in({.seed = 1, .run = 1, .arithmetic = DType::f64}, 1000) == natural);
}

BOOST_AUTO_TEST_CASE(noise_is_uniform_within_the_unit_roundoff) {
  NoisyRun run = make_noisy_run({.seed = 3, .run = 0});
  const NoisyScope scope(run);
  double largest = 0, mean = 0, square = 0;
  constexpr int count = 100000;
  for (int i = 0; i < count; ++i) {
    const double share = ((exact<Noisy>(3) * exact<Noisy>(5)).value() - 15) / (15 * 0x1p-24);
    largest = std::max(largest, std::fabs(share));
    mean += share / count;
    square += share * share / count;
  }
  BOOST_TEST(largest <= 1.0);
  BOOST_TEST(largest > 0.999);
  BOOST_TEST(std::fabs(mean) < 0.01);
  BOOST_TEST(std::fabs(square - 1.0 / 3) < 0.01);
}

BOOST_AUTO_TEST_CASE(exact_operations_stay_exact) {
  for (const int which : {0, 1}) {
    NoisyRun run = make_noisy_run({.seed = 3, .run = which});
    const NoisyScope scope(run);
    const Noisy x = exact<Noisy>(0.1f);
    BOOST_TEST((x + whole<Noisy>(0)).value() == x.value());
    BOOST_TEST((x * whole<Noisy>(1)).value() == x.value());
    BOOST_TEST((x / whole<Noisy>(1)).value() == x.value());
    BOOST_TEST((x - x).value() == 0.0);
    BOOST_TEST((x * whole<Noisy>(0)).value() == 0.0);
    BOOST_TEST(exp(whole<Noisy>(0)).value() == 1.0);
    BOOST_TEST(exp(-assay::reference::Numeric<Noisy>::infinity()).value() == 0.0);
  }
}

BOOST_AUTO_TEST_CASE(what_comes_near_to_overflow_is_noticed_and_what_overflows_is_infinite) {
  NoisyRun run = make_noisy_run({.seed = 3, .run = 0});
  const NoisyScope scope(run);
  const Noisy large = exact<Noisy>(0x1p100);
  BOOST_TEST((large * exact<Noisy>(0x1p19)).value() > 0x1p118);
  BOOST_TEST(!run.came_near_overflow);
  BOOST_TEST(std::isinf((large * large).value()));  // in every implementation
  BOOST_TEST(!run.came_near_overflow);
  const Noisy mask = exact<Noisy>(-0x1.fffffep127);  // swallows what is added
  BOOST_TEST((mask + exact<Noisy>(-5)).value() < -0x1p127);
  BOOST_TEST(!run.came_near_overflow);
  BOOST_TEST((large * exact<Noisy>(0x1p21)).value() > 0x1p120);
  BOOST_TEST(run.came_near_overflow);
}

BOOST_AUTO_TEST_SUITE_END()
