// SPDX-License-Identifier: Apache-2.0
// The witnesses for the defence are what they say: their elementary functions keep the ULPs of the
// spec, no two of them compute alike, and each is found by its name. That the suite accepts them is
// the audit's matter.
#define BOOST_TEST_MODULE ways
#include "variants/ways/ways.h"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>
#include <set>

#include "fixtures/numbers/ulp_budgets.h"
#include "suites/self/variant_recipes.h"
#include "variants/list.h"
#include "variants/plain/plain.h"
#include "variants/ways/functions.h"

namespace {

using namespace assay;
using namespace assay::suites;
using variants::ways::Functions;
namespace ulps = assay::fixtures::numbers::ulps;

/// The largest error of `got` against `want` in ulps of the type, from `low` to `high`.
template <class Real, class Got, class Want>
double worst_ulps(const Got& got, const Want& want, double low, double high) {
  constexpr int steps = 20'011;  // a prime, so that the points are no round numbers
  double worst = 0;
  for (int i = 0; i <= steps; ++i) {
    const auto x = static_cast<Real>(low + (high - low) * i / steps);
    const long double exact = want(static_cast<long double>(x));
    const auto nearest = std::fabs(static_cast<Real>(exact));
    if (nearest < std::numeric_limits<Real>::min()) continue;
    const Real ulp = std::nextafter(nearest, std::numeric_limits<Real>::infinity()) - nearest;
    const long double error = std::fabs(static_cast<long double>(got(x)) - exact);
    worst = std::max(worst, static_cast<double>(error / static_cast<long double>(ulp)));
  }
  return worst;
}

template <class Real>
void check_functions(double lowest_power, double highest_power) {
  namespace ways = variants::ways;
  const auto exactly_exp = [](long double x) { return std::exp(x); };
  for (const Functions from : {Functions::wider, Functions::base_2, Functions::polynomial}) {
    const auto exp = [&](Real x) { return ways::exp(from, x); };
    BOOST_TEST(worst_ulps<Real>(exp, exactly_exp, lowest_power, highest_power) <= ulps::exp);
    BOOST_TEST(worst_ulps<Real>(exp, exactly_exp, -1, 1) <= ulps::exp);
    for (const double reach : {0.01, 0.8, 1.3, 4.0}) {
      BOOST_TEST(worst_ulps<Real>([&](Real x) { return ways::tanh(from, x); },
                                  [](long double x) { return std::tanh(x); }, -reach,
                                  reach) <= ulps::tanh);
      BOOST_TEST(worst_ulps<Real>([&](Real x) { return ways::erf(from, x); },
                                  [](long double x) { return std::erf(x); }, -reach,
                                  reach) <= ulps::erf);
    }
    BOOST_TEST(worst_ulps<Real>([&](Real x) { return ways::pow(from, Real(10'000), x); },
                                [](long double x) { return std::pow(10'000.0L, x); }, -1,
                                0) <= ulps::pow);
    BOOST_TEST(std::isnan(ways::exp(from, std::numeric_limits<Real>::quiet_NaN())));
    BOOST_TEST(ways::exp(from, -std::numeric_limits<Real>::infinity()) == 0);
    BOOST_TEST(std::isinf(ways::exp(from, std::numeric_limits<Real>::infinity())));
  }
}

/// Calls long enough that every choice of a way shows in their last bits.
std::vector<CallRecipe> telling_calls() {
  Dice dice(11);
  std::vector<CallRecipe> recipes = {
      linear_recipe(dice, 5, 997, 7),       softmax_recipe(dice, 9, 997),
      layer_norm_recipe(dice, 9, 997),      rms_norm_recipe(dice, 9, 997),
      activation_recipe(dice, 9, 997),      attention_recipe(dice, 9, 397, 33, 41),
      feed_forward_recipe(dice, 5, 67, 203)};
  for (int i = 0; i < 4; ++i) recipes.push_back(activation_recipe(dice, 9, 97));
  for (int i = 0; i < 3; ++i) recipes.push_back(model_recipe(dice, "block", 16));
  return recipes;
}

using Bits = std::vector<std::vector<double>>;

Bits bits_of(const assay_implementation& implementation, const std::vector<CallRecipe>& recipes,
             const std::string& number_class) {
  Bits bits;
  for (const CallRecipe& recipe : recipes) {
    for (const auto& [name, values] :
         call(implementation, stored(recipe, number_class), number_class)) {
      bits.push_back(values.numbers);
    }
  }
  return bits;
}

}  // namespace

BOOST_AUTO_TEST_CASE(functions_keep_the_ulps_of_the_spec) {
  check_functions<float>(-87, 88);
  check_functions<double>(-700, 700);
}

BOOST_AUTO_TEST_CASE(no_two_ways_compute_alike) {
  const std::vector<CallRecipe> recipes = telling_calls();
  for (const char* number_class : {"f32", "f64"}) {
    std::set<Bits> seen = {bits_of(*variants::plain_implementation(), recipes, number_class)};
    for (const variants::ways::Way& way : variants::ways::all()) {
      // Only a 16-bit class has roundings to leave out; apart from them it sums in 8 lanes.
      if (way.name == "late-rounding") continue;
      const auto& implementation = *variants::ways::implementation(way.name);
      BOOST_TEST(seen.insert(bits_of(implementation, recipes, number_class)).second,
                 way.name << " in " << number_class);
    }
  }
}

BOOST_AUTO_TEST_CASE(late_rounding_shows_between_the_ops_of_a_block) {
  Dice dice(12);
  const std::vector<CallRecipe> recipes = {model_recipe(dice, "block", 16)};
  BOOST_TEST((bits_of(*variants::ways::implementation("late-rounding"), recipes, "bf16") !=
              bits_of(*variants::ways::implementation("lanes-8"), recipes, "bf16")));
}

BOOST_AUTO_TEST_CASE(there_are_enough_of_them_and_each_is_found_by_its_name) {
  BOOST_TEST(variants::ways::all().size() >= 16);
  for (const variants::ways::Way& way : variants::ways::all()) {
    BOOST_TEST(&variants::load("way/" + std::string(way.name)) ==
               variants::ways::implementation(way.name));
  }
  BOOST_CHECK_EXCEPTION(
      variants::load("way/pairwize"), variants::LoadError, [](const variants::LoadError& error) {
        return std::string(error.what()).find("did you mean 'way/pairwise'?") != std::string::npos;
      });
}
