// SPDX-License-Identifier: Apache-2.0
// From logits to the next token: penalties, temperature, top-k, top-p, min-p and typical-p in a
// stated order, then one draw with a number that depends on seed, step and the row's stream only.
// Clauses: sampling.md.
#pragma once

#include <algorithm>
#include <numeric>
#include <string>
#include <string_view>
#include <vector>

#include "reference/call.h"
#include "reference/penalties.h"
#include "reference/philox.h"
#include "reference/sampling_order.h"
#include "reference/shape.h"

namespace assay::reference {

/// The attributes of the op, checked.
template <class Number>
struct SamplingRules {
  PenaltyRules<Number> penalties;
  Number temperature, top_p, min_p, typical_p;
  std::int64_t top_k;
  std::vector<std::string_view> stages;  // in the order in which they are applied
  std::int64_t seed, step;
};

/// A token that may still be drawn. A row's candidates always stand in token order: larger logit
/// first, among equal logits the lower id.
template <class Number>
struct Candidate {
  Number logit;  // as processed so far
  std::size_t id;
};

template <class Number>
using Candidates = std::vector<Candidate<Number>>;

template <class Number>
void sort_in_token_order(Candidates<Number>& candidates) {
  std::ranges::sort(candidates, [](const Candidate<Number>& a, const Candidate<Number>& b) {
    return b.logit < a.logit || (!(a.logit < b.logit) && a.id < b.id);  // [sampling.token-order]
  });
}

/// All tokens of a row that can be drawn at all, in token order. A temperature above 0 never
/// changes that order, so sorting the logits as they came is sorting the processed ones, and no
/// rounding has a say in it.
template <class Number>
Candidates<Number> in_token_order(View<const Number, 2> logits, std::size_t row) {
  Candidates<Number> candidates;
  for (std::size_t id = 0; id < logits.size(1); ++id) {
    const Number logit = logits(row, id);
    const bool infinite = isinf(logit);
    if (isnan(logit) || (infinite && logit > whole<Number>(0))) {  // [sampling.minus-infinity]
      throw CallError("sampling: logits: row " + std::to_string(row) + ", token " +
                      std::to_string(id) + " is " + (infinite ? "+infinity" : "NaN"));
    }
    if (!infinite) candidates.push_back({logit, id});  // [sampling.minus-infinity]
  }
  if (candidates.empty()) {
    throw CallError("sampling: logits: row " + std::to_string(row) +
                    " has no token to draw: every logit is -infinity");
  }
  sort_in_token_order(candidates);
  return candidates;
}

/// exp(logit - largest logit) of every candidate: its probability relative to the most probable
/// one. The candidates are sorted, so the largest logit is the first; subtracting it keeps exp from
/// overflowing and cancels in every quotient.
template <class Number>
std::vector<Number> relative_probabilities(const Candidates<Number>& candidates) {
  std::vector<Number> relative;
  for (const Candidate<Number>& candidate : candidates) {
    const Number below = candidate.logit - candidates[0].logit;
    relative.push_back(exp(below));
  }
  return relative;
}

/// The probabilities of the candidates, renormalised: they add up to 1 whatever was dropped before.
template <class Number>
std::vector<Number> probabilities(const Candidates<Number>& candidates) {
  std::vector<Number> probs = relative_probabilities(candidates);
  const Number total = reduce<Number>(probs.size(), [&](std::size_t i) { return probs[i]; });
  for (Number& prob : probs) prob = prob / total;  // [sampling.renormalise]
  return probs;
}

/// Lowers the logits of tokens that have been there. This alone of all stages changes the order.
template <class Number>
void apply_penalties(Candidates<Number>& candidates, const std::vector<std::int64_t>& counts,
                     const PenaltyRules<Number>& rules) {
  for (Candidate<Number>& candidate : candidates) {
    candidate.logit = penalised(candidate.logit, counts[candidate.id], rules);
  }
  sort_in_token_order(candidates);  // [sampling.penalties]
}

/// Above 1 flattens the distribution, below 1 sharpens it; 0 leaves the first token only. The
/// largest logit is subtracted before the division, which changes no probability and keeps a tiny
/// temperature from overflowing.
template <class Number>
void apply_temperature(Candidates<Number>& candidates, const Number& temperature) {
  if (temperature == whole<Number>(0)) {  // [sampling.greedy]
    candidates.resize(1);
    return;
  }
  const Number largest = candidates[0].logit;
  for (Candidate<Number>& candidate : candidates) {
    const Number below = candidate.logit - largest;
    candidate.logit = below / temperature;  // [sampling.temperature]
  }
}

/// Keeps exactly the first k, also where the next token has the same logit.
template <class Number>
void apply_top_k(Candidates<Number>& candidates, std::int64_t top_k) {
  const auto limit = static_cast<std::size_t>(top_k);
  if (top_k > 0 && limit < candidates.size()) candidates.resize(limit);  // [sampling.top-k]
}

/// Keeps the smallest prefix whose probabilities add up to at least p, and at least one token.
template <class Number>
void apply_top_p(Candidates<Number>& candidates, const Number& top_p) {
  // 1 switches the stage off; a sum that rounding left below 1 must not decide that.
  if (!(top_p < whole<Number>(1))) return;  // [sampling.top-p-limits]
  const std::vector<Number> probs = probabilities(candidates);
  std::size_t kept = 1;
  Number mass = probs[0];
  while (kept < candidates.size() && mass < top_p) {  // [sampling.top-p]
    mass = mass + probs[kept];
    ++kept;
  }
  candidates.resize(kept);
}

/// Keeps the tokens at least min_p times as probable as the most probable one. Sorted as they are,
/// they too are a prefix.
template <class Number>
void apply_min_p(Candidates<Number>& candidates, const Number& min_p) {
  const std::vector<Number> relative = relative_probabilities(candidates);
  std::size_t kept = 1;
  while (kept < candidates.size() && !(relative[kept] < min_p)) ++kept;  // [sampling.min-p]
  candidates.resize(kept);
}

/// |-log p - entropy| of every candidate: how far the news that it would bring is from the news to
/// be expected, in nats. 0 is as typical as can be.
template <class Number>
std::vector<Number> distances_from_typical(const Candidates<Number>& candidates) {
  const std::vector<Number> relative = relative_probabilities(candidates);
  const Number total = reduce<Number>(relative.size(), [&](std::size_t i) { return relative[i]; });
  const Number log_total = log(total);
  std::vector<Number> news;  // -log p, which stays finite where p vanishes
  for (const Candidate<Number>& candidate : candidates) {
    const Number below = candidate.logit - candidates[0].logit;
    news.push_back(log_total - below);
  }
  const Number entropy = reduce<Number>(news.size(), [&](std::size_t i) {  // [sampling.typical-p]
    const Number prob = relative[i] / total;
    return prob * news[i];
  });
  std::vector<Number> distances;
  for (const Number& each : news) {
    const Number distance = each - entropy;
    distances.push_back(distance < whole<Number>(0) ? -distance : distance);
  }
  return distances;
}

/// Keeps the most typical tokens until their probabilities add up to at least p, and at least one.
/// The most probable token need not be among them; what is kept stays in token order.
template <class Number>
void apply_typical_p(Candidates<Number>& candidates, const Number& typical_p) {
  if (!(typical_p < whole<Number>(1))) return;  // [sampling.typical-p-limits]
  const std::vector<Number> distances = distances_from_typical(candidates);
  const std::vector<Number> probs = probabilities(candidates);
  std::vector<std::size_t> places(candidates.size());
  std::iota(places.begin(), places.end(), 0);
  // Equally typical tokens stay in token order.                            [sampling.typical-ties]
  std::ranges::stable_sort(
      places, [&](std::size_t a, std::size_t b) { return distances[a] < distances[b]; });
  std::size_t kept = 1;  // [sampling.typical-p-limits]
  Number mass = probs[places[0]];
  while (kept < places.size() && mass < typical_p) {  // [sampling.typical-p]
    mass = mass + probs[places[kept]];
    ++kept;
  }
  places.resize(kept);
  std::ranges::sort(places);
  Candidates<Number> typical;
  for (const std::size_t place : places) typical.push_back(candidates[place]);
  candidates = typical;
}

/// The place of the first candidate whose cumulative probability exceeds u.
template <class Number>
std::size_t draw_in_token_order(const std::vector<Number>& probs, const Number& u) {
  Number edge = whole<Number>(0);
  std::size_t last_possible = 0;
  for (std::size_t i = 0; i < probs.size(); ++i) {
    edge = edge + probs[i];
    if (u < edge) return i;  // [sampling.draw]
    if (whole<Number>(0) < probs[i]) last_possible = i;
  }
  return last_possible;
}

/// logits: rows vocab_size; stream, token: rows; history: rows history_len or absent; kept, probs:
/// rows vocab_size or absent.
template <class Number>
void sampling(View<const Number, 2> logits, View<const std::int64_t, 1> stream,
              View<const std::int64_t, 2> history, const SamplingRules<Number>& rules,
              View<std::int64_t, 1> token, View<std::uint8_t, 2> kept, View<Number, 2> probs) {
  for (std::size_t r = 0; r < logits.size(0); ++r) {
    Candidates<Number> candidates = in_token_order(logits, r);
    for (const std::string_view stage : rules.stages) {  // [sampling.order]
      if (stage == "penalties" && history.present()) {
        const auto counts = counts_of(history, r, logits.size(1), "sampling");
        apply_penalties(candidates, counts, rules.penalties);
      }
      if (stage == "temperature") apply_temperature(candidates, rules.temperature);
      if (stage == "top_k") apply_top_k(candidates, rules.top_k);
      if (stage == "top_p") apply_top_p(candidates, rules.top_p);
      if (stage == "min_p") apply_min_p(candidates, rules.min_p);
      if (stage == "typical_p") apply_typical_p(candidates, rules.typical_p);
    }
    const std::vector<Number> final_probs = probabilities(candidates);
    // The row's own number, whichever row it is and whatever stands in the others.
    const Number u =
        exact<Number>(uniform_of(rules.seed, rules.step, stream(r)));  // [sampling.stream]
    const std::size_t place = draw_in_token_order(final_probs, u);
    token(r) = static_cast<std::int64_t>(candidates[place].id);

    for (std::size_t id = 0; id < logits.size(1); ++id) {  // [sampling.outputs]
      if (kept.present()) kept(r, id) = 0;
      if (probs.present()) probs(r, id) = whole<Number>(0);
    }
    for (std::size_t i = 0; i < candidates.size(); ++i) {
      if (kept.present()) kept(r, candidates[i].id) = 1;
      if (probs.present()) probs(r, candidates[i].id) = final_probs[i];
    }
  }
}

template <class Number>
void sampling(const Call<Number>& call) {
  const PenaltyRules<Number> penalties = {.repetition = call.f64("repetition_penalty"),
                                          .presence = call.f64("presence_penalty"),
                                          .frequency = call.f64("frequency_penalty")};
  const SamplingRules<Number> rules = {.penalties = checked(penalties, "sampling"),
                                       .temperature = call.f64("temperature"),
                                       .top_p = call.f64("top_p"),
                                       .min_p = call.f64("min_p"),
                                       .typical_p = call.f64("typical_p"),
                                       .top_k = call.i64("top_k"),
                                       .stages = stages_of(call.string("order")),
                                       .seed = call.i64("seed"),
                                       .step = call.i64("step")};
  const Number zero = whole<Number>(0);
  const Number one = whole<Number>(1);
  const auto require = [](bool holds, const char* what) {
    if (!holds) throw CallError(std::string("sampling: attribute ") + what);
  };
  require(isfinite(rules.temperature) && rules.temperature >= zero,
          "temperature is below 0 or not finite; 0 is greedy");
  require(rules.top_k >= 0, "top_k is below 0; 0 keeps all");
  require(rules.top_p >= zero && rules.top_p <= one, "top_p is outside 0 to 1; 1 keeps all");
  require(rules.min_p >= zero && rules.min_p <= one, "min_p is outside 0 to 1; 0 keeps all");
  require(rules.typical_p >= zero && rules.typical_p <= one,
          "typical_p is outside 0 to 1; 1 keeps all");
  sampling<Number>(
      call.template in<Number, 2>("logits"), call.template in<std::int64_t, 1>("stream"),
      call.template in<std::int64_t, 2>("history"), rules,
      call.template out<std::int64_t, 1>("token"), call.template out<std::uint8_t, 2>("kept"),
      call.template out<Number, 2>("probs"));
}

}  // namespace assay::reference
