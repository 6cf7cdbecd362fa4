// SPDX-License-Identifier: Apache-2.0
// The rows of attention: each query compares itself with every key that it may see, turns the
// scores into weights by softmax, and takes the average of the values with these weights. Attention
// and attention with a cache share them. Clauses: attention.md.
#pragma once

#include "reference/log_sum_exp.h"
#include "reference/softmax.h"
#include "reference/visibility.h"

namespace assay::reference {

/// What the loops read. k and v, the new keys and values, follow past_k and past_v, which may be
/// absent; j counts through both.
template <class Number>
struct AttentionOperands {
  View<const Number, 4> q;       // batch n_heads seq_len head_dim
  View<const Number, 4> k, v;    // batch n_kv_heads kv_len head_dim; v: ... v_head_dim
  View<const Number, 4> past_k;  // batch n_kv_heads past_len head_dim
  View<const Number, 4> past_v;  // batch n_kv_heads past_len v_head_dim
  Visibility<Number> visible;
  Number scale, softcap;
  View<const Number, 1> alibi_slopes = View<const Number, 1>::absent();  // n_heads
  View<const Number, 1> sinks = View<const Number, 1>::absent();         // n_heads
  DType operands = DType::f32;  // what the class may round computed factors to

  [[nodiscard]] std::size_t past_len() const { return past_k.present() ? past_k.size(2) : 0; }
  [[nodiscard]] std::size_t total_len() const { return past_len() + k.size(2); }

  [[nodiscard]] Number key(std::size_t b, std::size_t kv, std::size_t j, std::size_t d) const {
    return j < past_len() ? past_k(b, kv, j, d) : k(b, kv, j - past_len(), d);  // [attention.past]
  }
  [[nodiscard]] Number value(std::size_t b, std::size_t kv, std::size_t j, std::size_t d) const {
    return j < past_len() ? past_v(b, kv, j, d) : v(b, kv, j - past_len(), d);
  }

  /// Neighbouring query heads share a key/value head.
  [[nodiscard]] std::size_t kv_head(std::size_t h) const {
    const std::size_t group = q.size(1) / k.size(1);
    return h / group;  //                                                    [attention.kv-head]
  }

  /// How alike query i and key j are.
  [[nodiscard]] Number scaled_score(std::size_t b, std::size_t h, std::size_t i,
                                    std::size_t j) const {
    const std::size_t kv = kv_head(h);
    // Channel by channel; no other order is meant.                               [attention.score]
    const Number dot =
        reduce<Number>(q.size(3), [&](std::size_t d) { return q(b, h, i, d) * key(b, kv, j, d); });
    return dot * scale;  //                                                     [attention.scale]
  }

  /// The score bent smoothly into -softcap ... softcap, before any mask is looked at.
  [[nodiscard]] Number capped(const Number& score) const {
    if (!(whole<Number>(0) < softcap)) return score;
    const Number share = score / softcap;
    const Number bent = tanh(share);
    return bent * softcap;  //                                                [attention.softcap]
  }

  /// How much a score loses by the distance between query and key.
  [[nodiscard]] Number alibi_penalty(std::size_t b, std::size_t h, std::size_t i,
                                     std::size_t j) const {
    const std::int64_t distance = visible.query_position(b, i) - static_cast<std::int64_t>(j);
    return alibi_slopes(h) * whole<Number>(distance < 0 ? -distance : distance);
  }

  /// The score that enters the softmax; -infinity where query i may not look at key j.
  [[nodiscard]] Number masked_score(std::size_t b, std::size_t h, std::size_t i,
                                    std::size_t j) const {
    if (!visible(b, h, i, j)) return -Numeric<Number>::infinity();  //    [attention.selection]
    Number score = capped(scaled_score(b, h, i, j));
    if (alibi_slopes.present()) {
      const Number penalty = alibi_penalty(b, h, i, j);
      score = score - penalty;  //                                              [attention.alibi]
    }
    return visible.mask.present() ? score + visible.mask(b, h, i, j) : score;
  }
};

/// One query of one head. scores: total_len, what the optional output shows; out: v_head_dim; lse:
/// one number, or null.
template <class Number>
void attention_row(const AttentionOperands<Number>& a, std::size_t b, std::size_t h, std::size_t i,
                   std::string_view scores_stage, std::span<Number> scores, std::span<Number> out,
                   Number* lse) {
  const std::size_t total_len = a.total_len();
  std::vector<Number> masked(total_len);
  std::vector<std::size_t> seen;  // the keys that take part
  for (std::size_t j = 0; j < total_len; ++j) {
    masked[j] = a.masked_score(b, h, i, j);
    if (!is_minus_infinity(masked[j])) seen.push_back(j);
  }
  // A sink is one more score whose weight goes nowhere.                           [attention.sink]
  if (a.sinks.present()) masked.push_back(a.sinks(h));
  if (lse != nullptr) {  // the logarithm of what softmax divides by              [attention.lse]
    const auto score = [&](std::size_t j) { return masked[j]; };
    *lse = log_sum_exp_of<Number>(masked.size(), score);
  }
  std::vector<Number> probs(masked.size());
  // Without a key to look at, every weight is 0 and so is the output.  [attention.fully-masked-row]
  softmax_row<Number>(masked, probs);  // the row of a NaN score is all NaN         [attention.nan]
  const std::size_t kv = a.kv_head(h);
  std::vector<Number> weights;  // which matrix units may take in 16 bits: the -mma classes
  for (const std::size_t j : seen) weights.push_back(maybe_rounded<Number>(a.operands, probs[j]));
  for (std::size_t d = 0; d < out.size(); ++d) {  //                      [attention.value-width]
    out[d] = reduce<Number>(seen.size(), [&](std::size_t n) {
      return weights[n] * a.value(b, kv, seen[n], d);  //                [attention.weighted-sum]
    });
  }
  for (std::size_t j = 0; j < scores.size(); ++j) {  //                   [attention.scores-stage]
    if (scores_stage == "scaled") scores[j] = a.scaled_score(b, h, i, j);
    if (scores_stage == "capped") scores[j] = a.capped(a.scaled_score(b, h, i, j));
    if (scores_stage == "masked") scores[j] = masked[j];
    if (scores_stage == "probs") scores[j] = probs[j];
  }
}

/// Every query of every head. all_scores and lse may be absent.
template <class Number>
void attend(const AttentionOperands<Number>& a, std::string_view scores_stage, View<Number, 4> out,
            View<Number, 4> all_scores, View<Number, 3> lse) {
  std::vector<Number> scores(all_scores.present() ? a.total_len() : 0), row(a.v.size(3));
  for (std::size_t b = 0; b < a.q.size(0); ++b) {
    for (std::size_t h = 0; h < a.q.size(1); ++h) {
      for (std::size_t i = 0; i < a.q.size(2); ++i) {
        attention_row<Number>(a, b, h, i, scores_stage, scores, row,
                              lse.present() ? &lse(b, h, i) : nullptr);
        for (std::size_t d = 0; d < row.size(); ++d) out(b, h, i, d) = row[d];
        for (std::size_t j = 0; j < scores.size(); ++j) all_scores(b, h, i, j) = scores[j];
      }
    }
  }
}

}  // namespace assay::reference
