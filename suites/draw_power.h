// SPDX-License-Identifier: Apache-2.0
// How surely the statistics of judge_draws() find what samplers are known to get wrong: for each
// bias the distribution that it draws from, and the power of the test that sees it.
#pragma once

#include "suites/draw_statistics.h"

namespace assay::suites {

struct BiasPower {
  std::string bias;
  std::string test;  // a DrawTest::name
  double power = 0;  // the chance that this test alone rejects it
};

/// The chance that Pearson's test of `draws` draws against `probs` rejects a sampler that draws
/// from `drawn` instead: by the noncentral chi-squared distribution, or because something
/// impossible is drawn. Both lists add up to 1.
double power_against(const std::vector<double>& drawn, const std::vector<double>& probs,
                     std::int64_t draws, double rate);

/// The distribution over so many equal tokens where the number is rounded to bf16 first.
std::vector<double> shares_of_bf16_numbers(std::int64_t tokens);
/// The same where the number is one of 0, 1/steps, 2/steps, ...
std::vector<double> shares_of_stepped_numbers(std::int64_t tokens, std::int64_t steps);
/// That of a setting whose kept probabilities are not divided by their sum: what is missing goes to
/// the last token kept.
std::vector<double> shares_without_renormalising(const DrawSetting& setting);
/// That of a setting where the place of the token in token order is given for the token.
std::vector<double> shares_of_ranks(const DrawSetting& setting);

/// All known biases, with the rate that judge_draws() gives each test.
std::vector<BiasPower> bias_powers(const DrawPlan& plan, double rate = false_alarm_rate);

/// By what share of its probability a single token of the even setting can be drawn too often
/// before the chance to miss it falls below 1 %.
double smallest_bias_found(const DrawPlan& plan, double rate = false_alarm_rate);

}  // namespace assay::suites
