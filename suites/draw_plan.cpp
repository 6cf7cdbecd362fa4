// SPDX-License-Identifier: Apache-2.0
#include "suites/draw_plan.h"

#include <limits>

#include "reference/sampling.h"

namespace assay::suites {
namespace {

constexpr std::size_t vocab_size = 64;

/// Multiples of 1/16 from -2 on, neither rising nor falling with the id.
std::vector<double> shuffled_logits() {
  std::vector<double> logits(vocab_size);
  for (std::size_t id = 0; id < vocab_size; ++id) {
    logits[id] = static_cast<double>(id * 37 % vocab_size) / 16 - 2;
  }
  return logits;
}

/// Eight tokens with the logit 0 among others with a lower one.
std::vector<double> eight_equal(double others) {
  std::vector<double> logits(vocab_size, others);
  for (std::size_t id = 3; id < vocab_size; id += 8) logits[id] = 0;
  return logits;
}

std::vector<DrawSetting> shaped_settings() {
  const double banned = -std::numeric_limits<double>::infinity();
  return {
      {.name = "temperature, top-k and top-p",
       .logits = shuffled_logits(),
       .temperature = 0.5,
       .top_p = 0.9,
       .top_k = 20},
      {.name = "top-p before temperature",
       .logits = shuffled_logits(),
       .temperature = 2,
       .top_p = 0.5,
       .order = "top_p,temperature"},
      {.name = "top-p reached exactly", .logits = eight_equal(banned), .top_p = 0.5},
      {.name = "min-p met exactly", .logits = eight_equal(-1), .min_p = 1},
  };
}

}  // namespace

std::int64_t DrawPlan::draws() const {
  std::int64_t sum = even.grid.draws();
  for (const PlannedDraws& each : shaped) sum += each.grid.draws();
  return sum;
}

DrawPlan draw_plan(std::int64_t first_seed) {
  DrawPlan plan;
  plan.even.setting = {.name = "even", .logits = std::vector<double>(256, 1.0)};
  plan.even.grid = {.first_seed = first_seed, .seeds = 16, .steps = 64, .streams = 512};
  std::int64_t seed = first_seed + plan.even.grid.seeds;
  for (DrawSetting& each : shaped_settings()) {
    plan.shaped.push_back({std::move(each), {seed, 4, 64, 512}});
    seed += plan.shaped.back().grid.seeds;
  }
  return plan;
}

std::vector<double> golden_probabilities(const DrawSetting& setting) {
  const std::size_t count = setting.logits.size();
  const std::int64_t stream = 0;
  std::int64_t token = 0;
  std::vector<double> probs(count);
  const reference::SamplingRules<double> rules = {.penalties = {1, 0, 0},
                                                  .temperature = setting.temperature,
                                                  .top_p = setting.top_p,
                                                  .min_p = setting.min_p,
                                                  .typical_p = 1,
                                                  .top_k = setting.top_k,
                                                  .stages = reference::stages_of(setting.order),
                                                  .seed = 0,
                                                  .step = 0};
  reference::sampling<double>({setting.logits.data(), {1, count}}, {&stream, {1}},
                              reference::View<const std::int64_t, 2>::absent(), rules,
                              {&token, {1}}, reference::View<std::uint8_t, 2>::absent(),
                              {probs.data(), {1, count}});
  return probs;
}

}  // namespace assay::suites
