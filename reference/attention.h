// SPDX-License-Identifier: Apache-2.0
// Attention: each query compares itself with every key that it may see, turns the scores into
// weights by softmax, and takes the average of the values with these weights. Clauses:
// attention.md.
#pragma once

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
  DType operands = DType::f32;  // what the class may round the weights to

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

  /// The score that enters the softmax; -infinity where query i may not look at key j.
  [[nodiscard]] Number masked_score(std::size_t b, std::size_t h, std::size_t i,
                                    std::size_t j) const {
    if (!visible(b, h, i, j)) return -Numeric<Number>::infinity();  //    [attention.selection]
    const Number score = capped(scaled_score(b, h, i, j));
    return visible.mask.present() ? score + visible.mask(b, h, i, j) : score;
  }
};

/// One query of one head. scores: total_len, what the optional output shows; out: v_head_dim.
template <class Number>
void attention_row(const AttentionOperands<Number>& a, std::size_t b, std::size_t h, std::size_t i,
                   std::string_view scores_stage, std::span<Number> scores, std::span<Number> out) {
  const std::size_t total_len = a.total_len();
  std::vector<Number> masked(total_len), probs(total_len);
  std::vector<std::size_t> seen;  // the keys that take part
  for (std::size_t j = 0; j < total_len; ++j) {
    masked[j] = a.masked_score(b, h, i, j);
    if (!is_minus_infinity(masked[j])) seen.push_back(j);
  }
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

/// Throws CallError for what is wrong with heads, window or softcap, of this op and of those that
/// attend alike.
template <class Number>
void check_heads(const Call<Number>& call, const AttentionOperands<Number>& a) {
  const auto fail = [&](const std::string& what) {
    throw CallError(std::string(call.op->name) + ": " + what);
  };
  const std::size_t n_heads = a.q.size(1), n_kv_heads = a.k.size(1);
  if (n_kv_heads == 0 || n_heads % n_kv_heads != 0) {
    fail("n_heads is " + std::to_string(n_heads) +
         ", no multiple of n_kv_heads = " + std::to_string(n_kv_heads));
  }
  if (call.i64("window") < -1 || call.i64("window") == 0) {
    fail("window is " + std::to_string(call.i64("window")) + "; it is -1 for none or at least 1");
  }
  if (isnan(a.softcap) || a.softcap < whole<Number>(0)) fail("softcap must be 0 for none or more");
}

/// Throws CallError for what the shapes alone do not show.
template <class Number>
void check_attention(const Call<Number>& call, const AttentionOperands<Number>& a) {
  const auto fail = [](const std::string& what) { throw CallError("attention: " + what); };
  check_heads(call, a);
  if (a.past_k.present() != a.past_v.present()) {
    fail("past_k and past_v come together or not at all");
  }
  for (std::size_t b = 0; a.visible.key_lengths.present() && b < a.q.size(0); ++b) {
    const std::int64_t length = a.visible.key_lengths(b);
    if (length < 0 || length > static_cast<std::int64_t>(a.total_len())) {
      fail("key_lengths: " + std::to_string(length) + " is outside 0 ... " +
           std::to_string(a.total_len()));
    }
  }
}

/// The factor of every score.
template <class Number>
Number attention_scale(const Call<Number>& call, std::size_t head_dim) {
  const std::string& scale_rule = call.string("scale_rule");
  if (scale_rule == "given") return call.f64("scale");  //                [attention.scale-given]
  if (scale_rule == "none") return whole<Number>(1);
  return rsqrt(whole<Number>(static_cast<std::int64_t>(head_dim)));
}

/// The operands of a call, checked.
template <class Number>
AttentionOperands<Number> attention_operands(const Call<Number>& call) {
  AttentionOperands<Number> a;
  a.q = call.template in<Number, 4>("q");
  a.k = call.template in<Number, 4>("k");
  a.v = call.template in<Number, 4>("v");
  a.past_k = call.template in<Number, 4>("past_k");
  a.past_v = call.template in<Number, 4>("past_v");
  a.scale = attention_scale(call, a.q.size(3));
  a.softcap = call.f64("softcap");
  a.operands = call.operands;
  a.visible.causal = causal_of(call.string("causal"));
  a.visible.window = call.i64("window");
  a.visible.seq_len = static_cast<std::int64_t>(a.q.size(2));
  a.visible.past_len = static_cast<std::int64_t>(a.past_len());
  a.visible.total_len = static_cast<std::int64_t>(a.total_len());
  a.visible.key_lengths = call.template in<std::int64_t, 1>("key_lengths");
  a.visible.keep = call.template in<std::uint8_t, 4>("keep");
  a.visible.mask = call.template in<Number, 4>("mask");
  check_attention(call, a);
  // A mask of extent 1 along an axis holds for all of that axis.       [attention.mask-broadcast]
  const std::array<std::size_t, 4> every = {a.q.size(0), a.q.size(1), a.q.size(2), a.total_len()};
  if (a.visible.keep.present()) a.visible.keep = a.visible.keep.broadcast_to(every);
  if (a.visible.mask.present()) a.visible.mask = a.visible.mask.broadcast_to(every);
  return a;
}

/// Every query of every head. all_scores may be absent.
template <class Number>
void attend(const AttentionOperands<Number>& a, std::string_view scores_stage, View<Number, 4> out,
            View<Number, 4> all_scores) {
  std::vector<Number> scores(all_scores.present() ? a.total_len() : 0), row(a.v.size(3));
  for (std::size_t b = 0; b < a.q.size(0); ++b) {
    for (std::size_t h = 0; h < a.q.size(1); ++h) {
      for (std::size_t i = 0; i < a.q.size(2); ++i) {
        attention_row<Number>(a, b, h, i, scores_stage, scores, row);
        for (std::size_t d = 0; d < row.size(); ++d) out(b, h, i, d) = row[d];
        for (std::size_t j = 0; j < scores.size(); ++j) all_scores(b, h, i, j) = scores[j];
      }
    }
  }
}

template <class Number>
void attention(const Call<Number>& call) {
  const AttentionOperands<Number> a = attention_operands(call);
  attend(a, call.string("scores_stage"), call.template out<Number, 4>("out"),
         call.template out<Number, 4>("scores"));
  auto present_k = call.template out<Number, 4>("present_k");  //         [attention.present]
  auto present_v = call.template out<Number, 4>("present_v");
  for (std::size_t b = 0; b < a.k.size(0); ++b) {
    for (std::size_t kv = 0; kv < a.k.size(1); ++kv) {
      for (std::size_t j = 0; j < a.total_len(); ++j) {
        for (std::size_t d = 0; present_k.present() && d < a.k.size(3); ++d) {
          present_k(b, kv, j, d) = a.key(b, kv, j, d);
        }
        for (std::size_t d = 0; present_v.present() && d < a.v.size(3); ++d) {
          present_v(b, kv, j, d) = a.value(b, kv, j, d);
        }
      }
    }
  }
}

}  // namespace assay::reference
