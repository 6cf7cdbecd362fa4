// SPDX-License-Identifier: Apache-2.0
// Figures, medians with their intervals, and what changed between two results.
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <vector>

#include "reports/comparison.h"
#include "reports/figures.h"
#include "reports/statistics.h"
#include "suites/self/made_up_result.h"

using namespace assay::reports;
using namespace assay::self;

BOOST_AUTO_TEST_CASE(figures_have_three_digits) {
  BOOST_TEST(three_digits(0.41666) == "0.417");
  BOOST_TEST(three_digits(9.996) == "10.0");
  BOOST_TEST(three_digits(99.96) == "100");
  BOOST_TEST(three_digits(4810) == "4,810");
  BOOST_TEST(three_digits(999.7) == "1,000");
  BOOST_TEST(three_digits(-INFINITY) == "-inf");
  BOOST_TEST(duration(3.1e-3) == "3.10 ms");
  BOOST_TEST(percent(0.004) == "0.4 %");
  BOOST_TEST(percent(0.0003) == "0.03 %");
  BOOST_TEST(counted(1234567, "case") == "1,234,567 cases");
}

BOOST_AUTO_TEST_CASE(the_interval_holds_the_median_and_shrinks_with_more_samples) {
  std::vector<double> few, many;
  for (int i = 0; i < 400; ++i) (i < 20 ? few : many).push_back(1 + (i * 37 % 101) / 101.0);
  const Interval wide = median_interval(few), narrow = median_interval(many);
  BOOST_TEST(wide.low <= wide.middle);
  BOOST_TEST(narrow.high - narrow.low < 0.7 * (wide.high - wide.low));
  BOOST_TEST(median(std::vector<double>{3, 1, 2, 10}) == 2.5);
  BOOST_TEST(std::isnan(median({})));
}

BOOST_AUTO_TEST_CASE(a_paired_ratio_is_blind_to_what_slows_both) {
  std::vector<double> fast, slow;
  for (int i = 0; i < 30; ++i) {
    const double machine = 1 + (i * 7 % 30);  // moves by a factor of 30
    fast.push_back(machine);
    slow.push_back(2 * machine);
  }
  const Interval paired = paired_ratio_interval(slow, fast);
  BOOST_TEST(paired.low == 2);
  BOOST_TEST(paired.high == 2);
  const Interval apart = ratio_interval(slow, fast);
  BOOST_TEST(apart.high - apart.low > 0.3);
}

BOOST_AUTO_TEST_CASE(a_ratio_means_something_only_beyond_the_noise) {
  BOOST_TEST(noise_of(std::nullopt) == 0);
  BOOST_TEST(noise_of(Interval{0.75, 1, 1.125}) == 0.25);
  BOOST_TEST((speed_verdict({1.03, 1.04, 1.05}, 0) == SpeedVerdict::slower));
  BOOST_TEST((speed_verdict({1.03, 1.04, 1.05}, 0.04) == SpeedVerdict::undecided));
  BOOST_TEST((speed_verdict({1.03, 1.04, 1.05}, 0.1) == SpeedVerdict::no_relevant_change));
  BOOST_TEST((speed_verdict({0.8, 0.85, 0.9}, 0.1) == SpeedVerdict::faster));
  BOOST_TEST((speed_verdict({0.8, 0.85, 0.95}, 0.1) == SpeedVerdict::undecided));
  BOOST_TEST((speed_verdict({0.99, 1.005, 1.015}, 0) == SpeedVerdict::no_relevant_change));
  BOOST_TEST((speed_verdict({0.9, 1, 1.1}, 0) == SpeedVerdict::undecided));
}

BOOST_AUTO_TEST_CASE(the_geometric_mean_of_ratios_weighs_a_half_and_a_double_alike) {
  const std::vector<double> one(10, 1.0), two(10, 2.0), half(10, 0.5);
  const std::vector<Pair> pairs = {{two, one}, {half, one}};
  for (const bool paired : {true, false}) {
    const Interval mean = geometric_mean_interval(pairs, paired);
    BOOST_TEST(mean.low == 1);
    BOOST_TEST(mean.middle == 1);
    BOOST_TEST(mean.high == 1);
  }
  BOOST_TEST(geometric_mean_interval({}, true).middle == 1);
}

BOOST_AUTO_TEST_CASE(a_comparison_says_who_is_slower_and_by_how_much) {
  const RunResult before = made_up_result(10, 2);
  RunResult after = before;
  BOOST_TEST(!compare(before, after, "a", "b").is_slower_by(0));
  for (double& seconds : after.speed[1].seconds) seconds *= 2;
  const Comparison comparison = compare(before, after, "a", "b");
  BOOST_TEST(comparison.is_slower_by(0.05));
  BOOST_TEST(!comparison.is_slower_by(1.5));
  BOOST_TEST(comparison.untimed == 0u);
  after.speed.pop_back();
  BOOST_TEST(compare(before, after, "a", "b").untimed == 1u);
  BOOST_TEST(compare(after, before, "a", "b").untimed == 1u);
  // What is within the noise is no reason to fail.
  RunResult noisy = after;
  noisy.speed[1].against_itself = Interval{0.3, 1, 3};
  BOOST_TEST(!compare(before, noisy, "a", "b").is_slower_by(0.05));
}

BOOST_AUTO_TEST_CASE(a_comparison_finds_what_became_worse) {
  const RunResult before = made_up_result(10, 2);
  RunResult after = before;
  BOOST_TEST(compare(before, after, "a", "b").verdicts.empty());
  BOOST_TEST(!compare(before, after, "a", "b").has_regression());
  after.cases[0].verdict = Verdict::wrong;
  after.cases[0].outputs[0].worst_share = 12;
  after.cases.pop_back();
  after.environment["cpu"] = "another";
  for (double& seconds : after.speed[1].seconds) seconds *= 2;
  const Comparison comparison = compare(before, after, "a", "b");
  BOOST_TEST(comparison.has_regression());
  BOOST_TEST(comparison.verdicts.size() == 2u);
  BOOST_TEST((comparison.verdicts[0].after == Verdict::wrong));
  BOOST_TEST(!comparison.verdicts[1].after.has_value());
  BOOST_TEST(comparison.accuracy.at(0).after == 12);
  BOOST_TEST(comparison.speed.at(1).ratio.low > 1.5);
  BOOST_TEST(!comparison.same_machine);
  const std::string text = to_text(comparison);
  BOOST_TEST(text.find("wrong") != std::string::npos);
  BOOST_TEST(text.find("different processors") != std::string::npos);
  BOOST_TEST(to_text(compare(hostile_result(), hostile_result(), "\x1b[2J", "b")).find('\x1b') ==
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_comparison_says_where_the_cases_were_others) {
  RunResult before = made_up_result(10, 2);
  before.fixtures = "sha256 0123";
  RunResult after = before;
  const Comparison same = compare(before, after, "a.json", "b.json");
  BOOST_TEST(warning_of(same) == "");
  BOOST_TEST(to_text(same).find("only in") == std::string::npos);
  after.fixtures = "sha256 4567";
  after.cases.pop_back();
  before.cases.erase(before.cases.begin(), before.cases.begin() + 2);
  const Comparison comparison = compare(before, after, "a.json", "b.json");
  BOOST_TEST(warning_of(comparison)
                 .find("a.json judged other fixtures (sha256 0123) than b.json "
                       "(sha256 4567)") == 0u);
  const std::string text = to_text(comparison);
  BOOST_TEST(text.find("1 call only in a.json, not in b.json.") != std::string::npos);
  BOOST_TEST(text.find("2 calls only in b.json, not in a.json.") != std::string::npos);
  BOOST_TEST(text.find("other fixtures") != std::string::npos);
  BOOST_TEST(to_markdown(comparison).find("other fixtures") != std::string::npos);
  after.fixtures = "";
  BOOST_TEST(warning_of(compare(before, after, "a", "b")).find("(does not say which)") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(two_variants_of_one_run_can_be_set_side_by_side) {
  const RunResult result = made_up_result(10, 2);
  const Comparison comparison = compare_variants(result, "plain", "blocked");
  BOOST_TEST(comparison.in_both == 10u);
  BOOST_TEST(!comparison.speed.empty());
  BOOST_TEST(comparison.environment.empty());
}
