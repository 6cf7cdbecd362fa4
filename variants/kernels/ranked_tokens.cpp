// SPDX-License-Identifier: Apache-2.0
#include "variants/kernels/ranked_tokens.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace assay::variants {
namespace {

void sort(std::vector<RankedToken>& tokens) {
  std::ranges::sort(tokens, [](const RankedToken& a, const RankedToken& b) {
    return a.logit > b.logit || (a.logit == b.logit && a.id < b.id);
  });
}

}  // namespace

RankedTokens::RankedTokens(std::vector<RankedToken> tokens) : tokens_(std::move(tokens)) {
  sort(tokens_);
}

std::vector<double> RankedTokens::probabilities() const {
  std::vector<double> probs(size());
  double total = 0;
  for (std::size_t i = 0; i < probs.size(); ++i) {
    probs[i] = std::exp(tokens_[i].logit - tokens_[0].logit);
    total += probs[i];
  }
  for (double& prob : probs) prob /= total;
  return probs;
}

void RankedTokens::keep(std::size_t count) { tokens_.resize(std::min(count, size())); }

void RankedTokens::penalise(const portable::Penalties& penalties,
                            const std::vector<std::int64_t>& counts) {
  for (RankedToken& each : tokens_)
    if (counts[each.id] != 0) each.logit = penalties.lowered(each.logit, counts[each.id]);
  sort(tokens_);
}

void RankedTokens::scale(double temperature) {
  if (temperature == 0) return keep(1);
  const double largest = tokens_[0].logit;
  for (RankedToken& each : tokens_) each.logit = (each.logit - largest) / temperature;
}

void RankedTokens::keep_mass(double top_p) {
  if (top_p >= 1) return;
  const std::vector<double> probs = probabilities();
  double mass = 0;
  std::size_t count = 0;
  do {
    mass += probs[count++];
  } while (mass < top_p && count < probs.size());
  keep(count);
}

void RankedTokens::drop_improbable(double min_p) {
  std::size_t count = 1;
  while (count < size() && std::exp(tokens_[count].logit - tokens_[0].logit) >= min_p) ++count;
  keep(count);
}

/// -log p = log(total) - logit, and the entropy is its mean, so the distance is that of a logit
/// from the mean logit: no logarithm.
void RankedTokens::keep_typical(double typical_p) {
  if (typical_p >= 1) return;
  const std::vector<double> probs = probabilities();
  const double largest = tokens_[0].logit;
  double mean = 0;
  for (std::size_t i = 0; i < size(); ++i) mean += probs[i] * (tokens_[i].logit - largest);
  std::vector<std::pair<double, std::size_t>> distances;
  for (std::size_t i = 0; i < size(); ++i)
    distances.emplace_back(std::fabs(tokens_[i].logit - largest - mean), i);
  std::ranges::sort(distances);
  std::vector<std::size_t> places;
  double mass = 0;
  for (const auto& [distance, place] : distances) {
    if (!places.empty() && mass >= typical_p) break;
    places.push_back(place);
    mass += probs[place];
  }
  std::ranges::sort(places);
  for (std::size_t i = 0; i < places.size(); ++i) tokens_[i] = tokens_[places[i]];
  keep(places.size());
}

std::size_t place_of(double u, const std::vector<double>& probs) {
  double cumulative = 0;
  std::size_t last_possible = 0;
  for (std::size_t i = 0; i < probs.size(); ++i) {
    cumulative += probs[i];
    if (cumulative > u) return i;
    if (probs[i] > 0) last_possible = i;
  }
  return last_possible;
}

}  // namespace assay::variants
