// SPDX-License-Identifier: Apache-2.0
#include "suites/draw_power.h"

#include <algorithm>
#include <boost/math/distributions/non_central_chi_squared.hpp>
#include <cmath>
#include <functional>
#include <numeric>

namespace assay::suites {
namespace {

/// Beyond it the power is 1 to all digits, and the series of the distribution is long.
constexpr double large_noncentrality = 1e4;

double power_of(double noncentrality, double freedom, double rate) {
  const double limit = limit_of(freedom, rate);
  if (noncentrality > large_noncentrality + 10 * limit) return 1;
  if (noncentrality == 0) return rate;
  const boost::math::non_central_chi_squared distribution(freedom, noncentrality);
  return boost::math::cdf(boost::math::complement(distribution, limit));
}

/// Pairs whose second token is always that of the first.
double power_against_copies(const DrawPlan& plan, const Direction& direction, double rate) {
  const double groups = static_cast<double>(pair_groups);
  std::vector<double> even(pair_groups * pair_groups, 1 / (groups * groups));
  std::vector<double> copies(even.size(), 0);
  for (std::size_t i = 0; i < pair_groups; ++i) copies[i * pair_groups + i] = 1 / groups;
  return power_against(copies, even, pair_count(plan.even.grid, direction), rate);
}

std::vector<double> shares_of(std::int64_t tokens, std::int64_t numbers,
                              const std::function<double(std::int64_t)>& number) {
  std::vector<double> shares(static_cast<std::size_t>(tokens), 0);
  for (std::int64_t i = 0; i < numbers; ++i) {
    const double at = std::floor(number(i) * static_cast<double>(tokens));
    const auto token = std::min(static_cast<std::size_t>(at), shares.size() - 1);
    shares[token] += 1 / static_cast<double>(numbers);
  }
  return shares;
}

}  // namespace

double power_against(const std::vector<double>& drawn, const std::vector<double>& probs,
                     std::int64_t draws, double rate) {
  double noncentrality = 0, impossible = 0, freedom = -1;
  const auto count = static_cast<double>(draws);
  for (std::size_t i = 0; i < probs.size(); ++i) {
    if (probs[i] > 0) {
      noncentrality += count * (drawn[i] - probs[i]) * (drawn[i] - probs[i]) / probs[i];
      freedom += 1;
    } else {
      impossible += drawn[i];
    }
  }
  const double missed = 1 - power_of(noncentrality, freedom, rate);
  return 1 - missed * std::pow(1 - std::min(impossible, 1.0), count);
}

std::vector<double> shares_of_bf16_numbers(std::int64_t tokens) {
  constexpr std::int64_t numbers = 1 << 20;
  return shares_of(tokens, numbers, [](std::int64_t i) {
    // Eight significant bits, to nearest; the middle of a step, so that ties play no part.
    const double u = (static_cast<double>(i) + 0.5) / static_cast<double>(numbers);
    const double unit = std::exp2(std::floor(std::log2(u)) - 7);
    return std::nearbyint(u / unit) * unit;
  });
}

std::vector<double> shares_of_stepped_numbers(std::int64_t tokens, std::int64_t steps) {
  return shares_of(tokens, steps, [steps](std::int64_t i) {
    return static_cast<double>(i) / static_cast<double>(steps);
  });
}

std::vector<double> shares_without_renormalising(const DrawSetting& setting) {
  DrawSetting unfiltered = setting;
  unfiltered.order = "temperature";
  const std::vector<double> kept = golden_probabilities(setting);
  std::vector<double> shares = golden_probabilities(unfiltered);
  std::size_t last = 0;
  for (std::size_t i = 0; i < kept.size(); ++i) {
    if (kept[i] == 0) {
      shares[i] = 0;
    } else if (kept[last] == 0 || kept[i] < kept[last]) {
      last = i;
    }
  }
  shares[last] += 1 - std::accumulate(shares.begin(), shares.end(), 0.0);
  return shares;
}

std::vector<double> shares_of_ranks(const DrawSetting& setting) {
  std::vector<double> shares = golden_probabilities(setting);
  std::ranges::sort(shares, std::greater());
  return shares;
}

std::vector<BiasPower> bias_powers(const DrawPlan& plan, double rate) {
  const double share = rate / static_cast<double>(test_count(plan));
  std::vector<BiasPower> powers;
  const auto frequencies = [&](const char* bias, const PlannedDraws& planned,
                               const std::vector<double>& drawn) {
    powers.push_back(
        {bias, "frequencies: " + planned.setting.name,
         power_against(drawn, golden_probabilities(planned.setting), planned.grid.draws(), share)});
  };
  const auto copies = [&](const char* bias, const Direction& direction) {
    powers.push_back({bias, "independence: " + words_of(direction),
                      power_against_copies(plan, direction, share)});
  };
  const auto changed = [&](std::size_t i, const std::function<void(DrawSetting&)>& change) {
    DrawSetting setting = plan.shaped[i].setting;
    change(setting);
    return golden_probabilities(setting);
  };
  const auto tokens = static_cast<std::int64_t>(plan.even.setting.logits.size());
  frequencies("number rounded to bf16", plan.even, shares_of_bf16_numbers(tokens));
  frequencies("number a multiple of 1/1000", plan.even, shares_of_stepped_numbers(tokens, 1000));
  frequencies("temperature applied twice", plan.shaped[0],
              changed(0, [](DrawSetting& each) { each.temperature *= each.temperature; }));
  frequencies("not renormalised", plan.shaped[0],
              shares_without_renormalising(plan.shaped[0].setting));
  frequencies("noise by rank, and the rank taken for the token", plan.shaped[0],
              shares_of_ranks(plan.shaped[0].setting));
  frequencies("temperature before top-p, not after", plan.shaped[1],
              changed(1, [](DrawSetting& each) { each.order = "temperature,top_p"; }));
  frequencies("top-p: > for >=", plan.shaped[2],
              changed(2, [](DrawSetting& each) { each.top_p += 0x1p-20; }));
  frequencies("min-p: > for >=", plan.shaped[3],
              changed(3, [](DrawSetting& each) { each.top_k = 1; }));
  copies("a stream shared between rows", {0, 0, 1});
  copies("one number in every step", {0, 1, 0});
  copies("the same numbers for every seed", {1, 0, 0});
  copies("a seed off by one: the next seed's step is this seed's next step", {1, -1, 0});
  return powers;
}

double smallest_bias_found(const DrawPlan& plan, double rate) {
  const double share = rate / static_cast<double>(test_count(plan));
  const auto tokens = static_cast<double>(plan.even.setting.logits.size());
  const auto draws = static_cast<double>(plan.even.grid.draws());
  const double noncentrality = boost::math::non_central_chi_squared::find_non_centrality(
      tokens - 1, limit_of(tokens - 1, share), 0.01);
  // One share grows by this much of itself, and all others make up for it evenly.
  return std::sqrt(noncentrality * (tokens - 1) / draws);
}

}  // namespace assay::suites
