// SPDX-License-Identifier: Apache-2.0
// The calls of the op sampling whose tokens are judged by statistics, and what their tokens should
// look like. Nothing here asks for the random numbers of the spec: whoever draws with numbers of
// his own is judged as well.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace assay::suites {

/// One way of sampling: every row of every call has the same logits.
struct DrawSetting {
  std::string name;  // "temperature, top-k and top-p"
  std::vector<double> logits;
  double temperature = 1, top_p = 1, min_p = 0;
  std::int64_t top_k = 0;
  std::string order = "temperature,top_k,top_p,min_p";
};

/// Seeds from first_seed on, steps and streams from 0 on, each combination once.
struct DrawGrid {
  std::int64_t first_seed = 1, seeds = 0, steps = 0, streams = 0;
  [[nodiscard]] std::int64_t draws() const { return seeds * steps * streams; }
};

struct PlannedDraws {
  DrawSetting setting;
  DrawGrid grid;
};

struct DrawPlan {
  PlannedDraws even;  // equal logits: the numbers themselves, in as many bins as there are tokens
  std::vector<PlannedDraws> shaped;
  [[nodiscard]] std::int64_t draws() const;
};

/// 2^20 draws, with seeds from `first_seed` on.
DrawPlan draw_plan(std::int64_t first_seed);

/// The probability of each token of a setting, by the reference in f64.
std::vector<double> golden_probabilities(const DrawSetting& setting);

/// The tokens of one call, one per stream.
using DrawnTokens = std::vector<std::int64_t>;
using Streams = std::vector<std::int64_t>;
using Sampler = std::function<DrawnTokens(const DrawSetting& setting, std::int64_t seed,
                                          std::int64_t step, const Streams& streams)>;

}  // namespace assay::suites
