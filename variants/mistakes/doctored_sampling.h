// SPDX-License-Identifier: Apache-2.0
// What mistakes of sampling do instead where it takes more than a line. The candidates are those of
// the woven text, in token order, each with a logit and an id.
#pragma once

#include <algorithm>
#include <cmath>
#include <string_view>
#include <vector>

namespace assay::mistaken {

using Stages = std::vector<std::string_view>;

inline Stages stages_with_temperature_last(Stages stages) {
  std::stable_partition(stages.begin(), stages.end(),
                        [](std::string_view each) { return each != "temperature"; });
  return stages;
}

/// Penalties, temperature, top-k, top-p, min-p, typical-p: those of them that are named.
inline Stages stages_in_fixed_order(const Stages& stages) {
  Stages sorted;
  for (const char* each : {"penalties", "temperature", "top_k", "top_p", "min_p", "typical_p"}) {
    if (std::ranges::find(stages, each) != stages.end()) sorted.emplace_back(each);
  }
  return sorted;
}

/// Keeps the candidates more than min_p times as probable as the first, and the first.
template <class Candidates, class Number>
void apply_strict_min_p(Candidates& candidates, const Number& min_p) {
  std::size_t kept = 1;
  while (kept < candidates.size() &&
         std::exp(candidates[kept].logit - candidates[0].logit) > min_p) {
    ++kept;
  }
  candidates.resize(kept);
}

/// The probabilities that the kept candidates had among all tokens of the row.
template <class Candidates, class Rules>
auto probabilities_before_filters(const Candidates& kept, const Candidates& all,
                                  const Rules& rules) {
  using Number = decltype(rules.temperature);
  const bool tempered = std::ranges::find(rules.stages, "temperature") != rules.stages.end() &&
                        rules.temperature > Number{0};
  const Number temperature = tempered ? rules.temperature : Number{1};
  Number total = 0;
  for (const auto& each : all) total += std::exp((each.logit - all[0].logit) / temperature);
  // By id, since a search for each token takes seconds with a large vocabulary.
  std::vector<Number> before;
  for (const auto& each : all) {
    if (each.id >= before.size()) before.resize(each.id + 1);
    before[each.id] = each.logit;
  }
  std::vector<Number> probs;
  for (const auto& each : kept) {
    probs.push_back(std::exp((before[each.id] - all[0].logit) / temperature) / total);
  }
  return probs;
}

/// Puts the tokens that were dropped back with the logit 0, and gives the probabilities of all.
template <class Candidates>
auto probabilities_with_rejected_at_zero(Candidates& candidates, std::size_t vocab_size) {
  using Number = decltype(candidates[0].logit);
  std::vector<bool> kept(vocab_size);
  for (const auto& each : candidates) kept[each.id] = true;
  for (std::size_t id = 0; id < vocab_size; ++id) {
    if (!kept[id]) candidates.push_back({Number{0}, id});
  }
  Number largest = 0, total = 0;
  for (const auto& each : candidates) largest = std::max(largest, each.logit);
  std::vector<Number> probs;
  for (const auto& each : candidates) probs.push_back(std::exp(each.logit - largest));
  for (const Number prob : probs) total += prob;
  for (Number& prob : probs) prob /= total;
  return probs;
}

}  // namespace assay::mistaken
