// SPDX-License-Identifier: Apache-2.0
#include "variants/kernels/token_row.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "variants/kernels/sampling_rules.h"

namespace assay::variants {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

// Tokens further below the largest logit (e^-64 = 2e-28 of its probability) share the last bucket.
constexpr double range = 64;
constexpr std::size_t fewest_buckets = 16, most_buckets = 4096, tokens_per_bucket = 8;

/// What must be known of all logits. Eight partial results, one after the other, so that a compiler
/// makes vectors of them.
struct Survey {
  static constexpr std::size_t lanes = 8;
  double largest[lanes];
  std::int64_t left[lanes] = {}, bad[lanes] = {};

  Survey() { std::fill_n(largest, lanes, -infinity); }
  void add(double logit, std::size_t lane) {
    largest[lane] = logit > largest[lane] ? logit : largest[lane];
    left[lane] += logit > -infinity ? 1 : 0;
    bad[lane] |= logit < infinity ? 0 : 1;  // NaN, too
  }
};

template <class Number>
Survey copy(std::span<const Number> from, std::vector<double>& to) {
  Survey survey;
  std::size_t i = 0;
  for (; i + Survey::lanes <= from.size(); i += Survey::lanes)
    for (std::size_t lane = 0; lane < Survey::lanes; ++lane) {
      const auto logit = static_cast<double>(from[i + lane]);
      to[i + lane] = logit;
      survey.add(logit, lane);
    }
  for (; i < from.size(); ++i) survey.add(to[i] = static_cast<double>(from[i]), 0);
  return survey;
}

[[noreturn]] void refuse_row(std::span<const double> logits, std::size_t row) {
  for (std::size_t id = 0; id < logits.size(); ++id) {
    if (logits[id] < infinity) continue;
    refuse_sampling("logits: row " + std::to_string(row) + ", token " + std::to_string(id) +
                    " is " + (std::isnan(logits[id]) ? "NaN" : "+infinity"));
  }
  refuse_sampling("logits: row " + std::to_string(row) +
                  ": every logit is -infinity, no token to draw");
}

}  // namespace

template <class Number>
void TokenRow::read(std::span<const Number> logits, std::size_t row) {
  logits_.resize(logits.size());
  const Survey survey = copy(logits, logits_);
  largest_ = *std::ranges::max_element(survey.largest);
  left_ = 0;
  std::int64_t bad = 0;
  for (std::size_t lane = 0; lane < Survey::lanes; ++lane) {
    left_ += static_cast<std::size_t>(survey.left[lane]);
    bad |= survey.bad[lane];
  }
  if (bad != 0 || left_ == 0) refuse_row(logits_, row);
  temperature_ = 1;
  buckets_ = std::clamp(logits.size() / tokens_per_bucket, fewest_buckets, most_buckets);
  probs_.clear();
}

void TokenRow::penalise(const portable::Penalties& penalties, std::vector<std::int64_t> counts,
                        std::span<const std::int64_t> history) {
  for (const std::int64_t token : history) {
    if (token < 0) continue;
    const auto id = static_cast<std::size_t>(token);
    const std::int64_t count = std::exchange(counts[id], 0);  // once
    if (count > 0 && can_be_drawn(id)) logits_[id] = penalties.lowered(logits_[id], count);
  }
  largest_ = *std::ranges::max_element(logits_);
  probs_.clear();
}

void TokenRow::scale(double temperature) {
  temperature_ = temperature;
  probs_.clear();
}

void TokenRow::drop_improbable(double min_p) {
  if (min_p <= 0) return;
  // Only where rounding could decide is the power itself looked at.
  const double edge = std::log(min_p);
  const double margin = 1e-12 * (1 - edge);
  const double surely = (edge + margin) * temperature_, hardly = (edge - margin) * temperature_;
  for (double& logit : logits_) {
    const double below = logit - largest_;
    if (below > surely) continue;
    if (below < hardly || std::exp(below / temperature_) < min_p) logit = -infinity;
  }
  left_ = static_cast<std::size_t>(
      std::ranges::count_if(logits_, [](double logit) { return logit > -infinity; }));
  probs_.clear();
}

bool TokenRow::can_be_drawn(std::size_t id) const { return logits_[id] > -infinity; }

RankedTokens TokenRow::best() const {
  const auto at = std::ranges::find(logits_, largest_);
  return RankedTokens({{largest_, static_cast<std::size_t>(at - logits_.begin())}});
}

RankedTokens TokenRow::scaled(RankedTokens tokens) const {
  if (temperature_ != 1) tokens.scale(temperature_);
  return tokens;
}

RankedTokens TokenRow::all() const { return scaled(between(0, buckets_ - 1)); }

RankedTokens TokenRow::first(std::size_t count) const {
  if (count >= left_) return all();
  std::vector<std::size_t> tokens(buckets_);
  const Buckets bucket_of = buckets();
  for (const double logit : logits_) ++tokens[bucket_of(logit)];
  std::size_t last = 0;
  for (std::size_t before = tokens[0]; before < count;) before += tokens[++last];
  RankedTokens ranked = between(0, last);
  ranked.keep(count);
  return scaled(std::move(ranked));
}

RankedTokens TokenRow::first_with_mass(double top_p) {
  const std::vector<double> mass = mass_of_buckets();
  // The buckets add up in another order than their tokens: one more than needed does no harm.
  constexpr double rounding = 1e-9;
  std::size_t last = 0;
  for (double before = mass[0]; before < top_p + rounding && last + 1 < buckets_;)
    before += mass[++last];
  RankedTokens ranked = between(0, last);
  std::size_t count = 0;
  double reached = 0;
  do {
    reached += probs_[ranked[count++].id];
  } while (reached < top_p && count < ranked.size());
  ranked.keep(count);
  return scaled(std::move(ranked));
}

const std::vector<double>& TokenRow::probabilities() {
  if (!probs_.empty()) return probs_;
  probs_.resize(logits_.size());
  const double* x = logits_.data();
  if (temperature_ != 1) {
    for (std::size_t id = 0; id < probs_.size(); ++id)
      probs_[id] = (logits_[id] - largest_) / temperature_;
    x = probs_.data();
  }
  kernels_.softmax({1, probs_.size(), 1, false, x, nullptr, probs_.data()}, executor_);
  return probs_;
}

TokenRow::Buckets TokenRow::buckets() const {
  // Not infinite, whatever the temperature: that times 0 would be no bucket.
  constexpr double finest = 1e300;
  const auto count = static_cast<double>(buckets_);
  return {largest_, std::min(count / (range * temperature_), finest), count - 1};
}

std::vector<double> TokenRow::mass_of_buckets() {
  const std::vector<double>& probs = probabilities();
  std::vector<double> mass(buckets_);
  const Buckets bucket_of = buckets();
  for (std::size_t id = 0; id < probs.size(); ++id) mass[bucket_of(logits_[id])] += probs[id];
  return mass;
}

RankedTokens TokenRow::between(std::size_t first, std::size_t last) const {
  std::vector<RankedToken> tokens;
  const Buckets bucket_of = buckets();
  for (std::size_t id = 0; id < logits_.size(); ++id) {
    const std::size_t bucket = bucket_of(logits_[id]);
    if (bucket >= first && bucket <= last && can_be_drawn(id)) tokens.push_back({logits_[id], id});
  }
  return RankedTokens(std::move(tokens));
}

std::size_t TokenRow::draw(double u) {
  const std::vector<double> mass = mass_of_buckets();
  std::size_t bucket = 0;  // where the sum exceeds u, else the last one with any mass
  double before = 0;
  for (std::size_t each = 0; each < buckets_; ++each) {
    if (mass[each] <= 0) continue;
    if (each > 0) before += mass[bucket];
    bucket = each;
    if (before + mass[each] > u) break;
  }
  // Added up token by token the bucket may just fail to exceed u: then the next one does.
  std::size_t last_possible = 0;
  for (double cumulative = before; bucket < buckets_; ++bucket) {
    if (mass[bucket] <= 0) continue;
    const RankedTokens tokens = between(bucket, bucket);
    for (std::size_t i = 0; i < tokens.size(); ++i) {
      const double prob = probs_[tokens[i].id];
      cumulative += prob;
      if (cumulative > u) return tokens[i].id;
      if (prob > 0) last_possible = tokens[i].id;
    }
  }
  return last_possible;
}

template void TokenRow::read(std::span<const float>, std::size_t);
template void TokenRow::read(std::span<const double>, std::size_t);

}  // namespace assay::variants
