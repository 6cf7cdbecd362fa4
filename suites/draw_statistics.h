// SPDX-License-Identifier: Apache-2.0
// Statistics over the tokens of a sampler: whether they are as frequent as their probabilities say,
// and independent of those of neighbouring streams, steps and seeds. Pearson's chi-squared test,
// with limits that make the rate of false alarms of a whole run what was asked for.
#pragma once

#include <array>

#include "suites/draw_plan.h"

namespace assay::suites {

/// Of a whole run: the chance that a sampler without fault is rejected.
inline constexpr double false_alarm_rate = 1e-6;

/// What one test found.
struct DrawTest {
  std::string name;
  std::int64_t draws = 0;  // or pairs of draws
  double statistic = 0;    // Pearson's; infinite where something impossible was drawn
  double limit = 0;        // rejected above it
  double freedom = 0;      // degrees
  double p = 1;            // the chance of such a statistic without fault
  [[nodiscard]] bool passed() const { return statistic <= limit; }
};

/// How the tokens drawn from equal logits compare with those of the spec's random numbers. Exact:
/// the probabilities are 1/256, and so are all sums, in every order.
struct NumbersCompared {
  std::int64_t draws = 0, differ = 0;
  std::int64_t on_edge = 0, on_edge_differ = 0;  // where the spec's number lies on an edge exactly
  /// Whoever draws with other numbers differs nearly always, not now and then.
  [[nodiscard]] bool of_the_spec() const { return differ < draws / 2; }
  [[nodiscard]] bool passed() const { return differ == 0 || !of_the_spec(); }
};

struct DrawFindings {
  std::vector<DrawTest> tests;
  NumbersCompared numbers;
  [[nodiscard]] bool passed() const;
};

/// Seeds, steps and streams between two draws of a pair.
using Direction = std::array<std::int64_t, 3>;
/// Every neighbour in the grid, each pair of opposite ones once.
std::vector<Direction> directions();
/// "next stream", "next seed, step before"
std::string words_of(const Direction& direction);

/// Tokens are put together to so many groups before pairs are counted.
inline constexpr std::int64_t pair_groups = 16;

/// How many tests a run of this plan makes.
std::size_t test_count(const DrawPlan& plan);
/// Pairs of neighbours in a direction, no draw in two of them.
std::int64_t pair_count(const DrawGrid& grid, const Direction& direction);
/// What a statistic with so many degrees of freedom exceeds at `rate` without fault.
double limit_of(double freedom, double rate);

/// Asks for every draw of the plan. `rate` is that of the whole run.
DrawFindings judge_draws(const DrawPlan& plan, const Sampler& sampler,
                         double rate = false_alarm_rate);

}  // namespace assay::suites
