// SPDX-License-Identifier: Apache-2.0
#include "variants/kernels/token_row.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <tuple>
#include <utility>

#include "variants/kernels/sampling_rules.h"

namespace assay::variants {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

// Tokens further below the largest logit (e^-64 = 2e-28 of its probability) share the last bucket.
constexpr double range = 64;
constexpr std::size_t fewest_buckets = 16, most_buckets = 4096, tokens_per_bucket = 8;

/// Two doubles, which every processor of 64 bits has a register for.
using Two = double __attribute__((vector_size(16)));

Two load(const double* from) {
  Two two;
  std::memcpy(&two, from, sizeof two);
  return two;
}
Two load(const float* from) {
  using Narrow = float __attribute__((vector_size(8)));
  Narrow narrow;
  std::memcpy(&narrow, from, sizeof narrow);
  return __builtin_convertvector(narrow, Two);
}

/// Widens a row and gives its largest element. The other result is 0 where all are finite.
template <class Number>
std::pair<double, double> widen(std::span<const Number> from, std::vector<double>& to) {
  constexpr std::size_t vectors = 4, step = 2 * vectors;
  Two largest[vectors], product[vectors] = {};
  std::fill_n(largest, vectors, Two{} - infinity);
  std::size_t i = 0;
  for (; i + step <= from.size(); i += step) {
    for (std::size_t v = 0; v < vectors; ++v) {
      const Two logits = load(from.data() + i + 2 * v);
      std::memcpy(to.data() + i + 2 * v, &logits, sizeof logits);
      largest[v] = logits > largest[v] ? logits : largest[v];
      product[v] += logits * 0;
    }
  }
  double most = -infinity, nothing = 0;
  for (std::size_t v = 0; v < vectors; ++v) {
    most = std::max({most, largest[v][0], largest[v][1]});
    nothing += product[v][0] + product[v][1];
  }
  for (; i < from.size(); ++i) {
    to[i] = static_cast<double>(from[i]);
    most = std::max(most, to[i]);
    nothing += to[i] * 0;
  }
  return {most, nothing};
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
  double nothing = 0;
  std::tie(largest_, nothing) = widen(logits, logits_);
  left_ = logits.size();
  if (nothing != 0) {
    const auto is_bad = [](double logit) { return !(logit < infinity); };
    count_left();
    if (std::ranges::any_of(logits_, is_bad)) refuse_row(logits_, row);
  }
  if (left_ == 0) refuse_row(logits_, row);
  temperature_ = 1;
  buckets_ = std::clamp(logits.size() / tokens_per_bucket, fewest_buckets, most_buckets);
  has_probs_ = false;
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
  has_probs_ = false;
}

void TokenRow::scale(double temperature) {
  temperature_ = temperature;
  has_probs_ = false;
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
  count_left();
  has_probs_ = false;
}

void TokenRow::count_left() {
  left_ = static_cast<std::size_t>(
      std::ranges::count_if(logits_, [](double logit) { return logit > -infinity; }));
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
  for_buckets([&](std::size_t, std::size_t bucket) { ++tokens[bucket]; });
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
  if (std::exchange(has_probs_, true)) return probs_;
  // Those that can be drawn, side by side: a grammar leaves few of many.
  probs_.resize(logits_.size());
  const double* x = logits_.data();
  if (temperature_ != 1 || left_ < logits_.size()) {
    std::size_t count = 0;
    for (const double logit : logits_) {
      probs_[count] = (logit - largest_) / temperature_;
      count += logit > -infinity ? 1 : 0;
    }
    x = probs_.data();
  }
  kernels_.softmax({1, left_, 1, false, x, nullptr, probs_.data()}, executor_);
  std::size_t count = left_;
  for (std::size_t id = logits_.size(); id-- > count;)
    probs_[id] = can_be_drawn(id) ? probs_[--count] : 0;
  return probs_;
}

/// body(id, bucket) for every token; those that cannot be drawn are in the last one.
template <class Body>
void TokenRow::for_buckets(const Body& body) const {
  using TwoNumbers = std::int32_t __attribute__((vector_size(8)));
  // Not infinite, whatever the temperature: that times 0 would be no bucket.
  constexpr double finest = 1e300;
  const auto buckets = static_cast<double>(buckets_);
  const double per_unit = std::min(buckets / (range * temperature_), finest);
  const auto bucket_of = [&, last = Two{} + (buckets - 1)](Two logits) {
    const Two distance = (largest_ - logits) * per_unit;
    return __builtin_convertvector(distance < last ? distance : last, TwoNumbers);
  };
  std::size_t id = 0;
  for (; id + 1 < logits_.size(); id += 2) {
    const TwoNumbers numbers = bucket_of(load(logits_.data() + id));
    body(id, static_cast<std::size_t>(numbers[0]));
    body(id + 1, static_cast<std::size_t>(numbers[1]));
  }
  if (id < logits_.size())
    body(id, static_cast<std::size_t>(bucket_of(Two{logits_[id], largest_})[0]));
}

std::vector<double> TokenRow::mass_of_buckets() {
  const std::vector<double>& probs = probabilities();
  std::vector<double> mass(buckets_);
  for_buckets([&](std::size_t id, std::size_t bucket) { mass[bucket] += probs[id]; });
  return mass;
}

RankedTokens TokenRow::between(std::size_t first, std::size_t last) const {
  std::vector<RankedToken> tokens;
  for_buckets([&](std::size_t id, std::size_t bucket) {
    if (bucket >= first && bucket <= last && can_be_drawn(id)) tokens.push_back({logits_[id], id});
  });
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
