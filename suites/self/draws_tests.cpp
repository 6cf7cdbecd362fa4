// SPDX-License-Identifier: Apache-2.0
// The statistics over draws: right samplers pass as often as is stated, every listed bias is found,
// and as surely as the computed power says. "-- N" makes N runs of the right samplers.
#define BOOST_TEST_MODULE draws
#include "suites/draw_statistics.h"

#include <algorithm>
#include <boost/math/distributions/binomial.hpp>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <cstdlib>

#include "reference/philox.h"
#include "suites/draw_power.h"
#include "suites/self/biased_samplers.h"

namespace assay::suites {
namespace {

std::int64_t asked_runs() {
  const auto& suite = boost::unit_test::framework::master_test_suite();
  return suite.argc > 1 ? std::atoll(suite.argv[1]) : 100;
}

/// Seeds of their own for every run.
DrawPlan plan_of_run(std::int64_t run) { return draw_plan(1000 * (run + 1)); }

/// The largest number of alarms in so many runs that is exceeded less than once in a million times.
std::int64_t most_alarms(std::int64_t runs, double rate) {
  const boost::math::binomial distribution(static_cast<double>(runs), rate);
  return static_cast<std::int64_t>(
      boost::math::quantile(boost::math::complement(distribution, 1e-6)));
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_run_makes_a_million_draws_and_lists_every_neighbour_once) {
  BOOST_TEST(draw_plan(1).draws() == 1 << 20);
  BOOST_TEST(directions().size() == 13u);
  BOOST_TEST(words_of(directions().front()) == "next stream");
  BOOST_TEST(words_of({1, -1, 0}) == "next seed, step before");
  for (const Direction& each : directions()) {
    BOOST_TEST(pair_count(draw_plan(1).even.grid, each) > 250'000);
  }
}

BOOST_AUTO_TEST_CASE(every_token_that_can_be_drawn_is_expected_often) {
  const DrawPlan plan = draw_plan(1);
  for (const PlannedDraws& each : plan.shaped) {
    for (const double probability : golden_probabilities(each.setting)) {
      if (probability > 0) {
        BOOST_TEST(probability * static_cast<double>(each.grid.draws()) > 1000);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(right_samplers_are_rejected_no_more_often_than_is_stated) {
  // A rate at which alarms do happen shows what a rate of one in a million cannot.
  const double loose = 0.05;
  const std::int64_t runs = asked_runs();
  std::int64_t alarms = 0, loose_alarms = 0;
  for (std::int64_t run = 0; run < runs; ++run) {
    const DrawFindings findings = judge_draws(
        plan_of_run(run), run % 2 == 0 ? self::right_sampler() : self::foreign_sampler(), loose);
    BOOST_TEST(findings.numbers.passed());
    BOOST_TEST(findings.numbers.of_the_spec() == (run % 2 == 0));
    const double share = static_cast<double>(findings.tests.size());
    const auto below = [&](double rate) {
      return std::ranges::any_of(findings.tests,
                                 [&](const DrawTest& each) { return each.p < rate / share; });
    };
    alarms += below(false_alarm_rate);
    loose_alarms += below(loose);
    BOOST_TEST(below(loose) == !findings.passed());
  }
  BOOST_TEST_MESSAGE(runs << " runs: " << alarms << " alarms at a rate of " << false_alarm_rate
                          << ", " << loose_alarms << " at a rate of " << loose);
  BOOST_TEST(alarms == 0);
  BOOST_TEST(loose_alarms <= most_alarms(runs, loose));
}

BOOST_AUTO_TEST_CASE(every_bias_is_found_whatever_the_seed) {
  for (const self::BiasedSampler& each : self::biased_samplers()) {
    for (std::int64_t run = 0; run < 3; ++run) {
      const DrawFindings findings = judge_draws(plan_of_run(run), each.sampler);
      BOOST_TEST(!findings.passed(), each.bias << " passed, run " << run);
    }
  }
}

BOOST_AUTO_TEST_CASE(every_listed_bias_is_found_with_a_power_of_99_percent) {
  const std::vector<BiasPower> powers = bias_powers(draw_plan(1));
  BOOST_TEST(powers.size() == 12u);
  for (const BiasPower& each : powers) BOOST_TEST(each.power >= 0.99, each.bias);
}

BOOST_AUTO_TEST_CASE(tests_that_see_a_listed_bias_are_the_ones_named) {
  const std::vector<self::BiasedSampler> samplers = self::biased_samplers();
  for (const BiasPower& power : bias_powers(draw_plan(1))) {
    const auto biased = std::ranges::find(samplers, power.bias, &self::BiasedSampler::bias);
    BOOST_REQUIRE_MESSAGE(biased != samplers.end(), "no sampler has it: " + power.bias);
    const DrawFindings findings = judge_draws(draw_plan(1), biased->sampler);
    const auto test = std::ranges::find(findings.tests, power.test, &DrawTest::name);
    BOOST_REQUIRE(test != findings.tests.end());
    BOOST_TEST(!test->passed(), power.bias << ": " << power.test);
  }
}

BOOST_AUTO_TEST_CASE(computed_power_is_the_share_of_biased_runs_that_are_found) {
  // Weak on purpose: one of four tokens a little too often, and a thousand draws.
  const std::vector<double> probs(4, 0.25), drawn = {0.28, 0.24, 0.24, 0.24};
  constexpr std::int64_t draws = 1000, runs = 4000;
  const double rate = 0.05, limit = limit_of(3, rate);
  std::int64_t found = 0;
  for (std::int64_t run = 0; run < runs; ++run) {
    double counts[4] = {};
    for (std::int64_t i = 0; i < draws; ++i) {
      const double u = reference::uniform_of(9, run, i);
      ++counts[u < 0.28 ? 0 : std::min(3, 1 + static_cast<int>((u - 0.28) / 0.24))];
    }
    double statistic = 0;
    for (const double count : counts) statistic += (count - 250) * (count - 250) / 250;
    found += statistic > limit;
  }
  const double power = power_against(drawn, probs, draws, rate);
  BOOST_TEST((power > 0.3 && power < 0.7));
  // Four standard errors of a share of 4,000 runs are below 0.032.
  BOOST_TEST(std::abs(static_cast<double>(found) / runs - power) < 0.032);
  BOOST_TEST(power_against(probs, probs, draws, rate) == rate, boost::test_tools::tolerance(1e-9));
}

BOOST_AUTO_TEST_CASE(something_impossible_is_always_found) {
  DrawPlan plan = draw_plan(1);
  int calls = 0;
  const Sampler right = self::right_sampler();
  const Sampler once_wrong = [&](const DrawSetting& setting, std::int64_t seed, std::int64_t step,
                                 const Streams& streams) {
    DrawnTokens tokens = right(setting, seed, step, streams);
    if (++calls == 1100) tokens[0] = static_cast<std::int64_t>(setting.logits.size());
    return tokens;
  };
  BOOST_TEST(!judge_draws(plan, once_wrong).passed());
  calls = 2000;
  BOOST_TEST(judge_draws(plan, once_wrong).passed());
}

}  // namespace assay::suites
