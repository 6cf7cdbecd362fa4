// SPDX-License-Identifier: Apache-2.0
// Attention with whole rows, online, in parts; and with mistakes of scale, mask, heads and
// precision.
#include <limits>

#include "suites/self/accuracy/implementation.h"
#include "suites/self/accuracy/order.h"

namespace assay::accuracy {
namespace {

struct AttentionStyle {
  Order order = Order::forward;
  std::size_t block = 0;  // of the online softmax; 0: whole rows
  std::size_t parts = 1;  // of the keys, each on its own, merged at the end
  bool base_2 = false;    // log2 e folded into the scale
  bool scales_query = false;
  // mistakes
  double scale_factor = 1;
  std::int64_t causal_shift = 0;
  bool kv_by_modulo = false;
  double masked_score_offset = 0;  // not 0: masked keys stay, this much lower
  int prob_bits = 0;
  int accumulator_bits = 0;
  bool softcap_dropped = false;
  double exp_error = 0;
};

/// A weighted sum in progress: sum of weights, sum of weights times v, and the shift of both.
template <class Real>
struct Partial {
  Real largest = -std::numeric_limits<Real>::infinity();
  Real total = 0;
  std::vector<Real> weighted;
};

template <class Real>
class Attention {
 public:
  Attention(const Problem& p, const AttentionStyle& style)
      : p_(p), style_(style), q_(p.as<Real>("q")), k_(p.as<Real>("k")), v_(p.as<Real>("v")) {
    batch_ = p.extent("q", 0), heads_ = p.extent("q", 1), seq_ = p.extent("q", 2);
    dim_ = p.extent("q", 3), kv_heads_ = p.extent("k", 1), kv_ = p.extent("k", 2);
    v_dim_ = p.extent("v", 3);
    scale_ = static_cast<Real>(style.scale_factor) / std::sqrt(static_cast<Real>(dim_));
    softcap_ = style.softcap_dropped ? Real(0) : static_cast<Real>(p.f64("softcap"));
    causal_ = p.string("causal") == "bottom_right";
  }

  std::vector<Real> run() {
    std::vector<Real> out(batch_ * heads_ * seq_ * v_dim_);
    for (std::size_t b = 0; b < batch_; ++b) {
      for (std::size_t h = 0; h < heads_; ++h) {
        for (std::size_t i = 0; i < seq_; ++i) {
          row(b, h, i, &out[((b * heads_ + h) * seq_ + i) * v_dim_]);
        }
      }
    }
    return out;
  }

 private:
  void row(std::size_t b, std::size_t h, std::size_t i, Real* out) {
    const std::size_t kv = style_.kv_by_modulo ? h % kv_heads_ : h / (heads_ / kv_heads_);
    const Real* keys = &k_[(b * kv_heads_ + kv) * kv_ * dim_];
    const Real* values = &v_[(b * kv_heads_ + kv) * kv_ * v_dim_];
    std::vector<std::size_t> seen;
    std::vector<Real> scores;
    for (std::size_t j = 0; j < kv_; ++j) {
      const bool visible = sees(b, i, j);
      if (!visible && style_.masked_score_offset == 0) continue;
      seen.push_back(j);
      scores.push_back(score(&q_[((b * heads_ + h) * seq_ + i) * dim_], keys + j * dim_));
      if (!visible) scores.back() += static_cast<Real>(style_.masked_score_offset);
    }
    Partial<Real> all;
    all.weighted.assign(v_dim_, 0);
    const std::size_t length = (seen.size() + style_.parts - 1) / style_.parts;
    for (std::size_t first = 0; first < seen.size(); first += length) {
      const std::size_t end = std::min(seen.size(), first + length);
      merge(all, part(values, seen, scores, first, end));
    }
    for (std::size_t d = 0; d < v_dim_; ++d)
      out[d] = seen.empty() ? 0 : all.weighted[d] / all.total;
  }

  [[nodiscard]] bool sees(std::size_t b, std::size_t i, std::size_t j) const {
    const auto lengths = p_.integers.find("key_lengths");
    const auto valid =
        lengths == p_.integers.end() ? static_cast<std::int64_t>(kv_) : lengths->second[b];
    const auto key = static_cast<std::int64_t>(j);
    if (key >= valid) return false;
    const std::int64_t place = static_cast<std::int64_t>(i) + valid -
                               static_cast<std::int64_t>(seq_) + style_.causal_shift;
    return !causal_ || key <= place;
  }

  Real score(const Real* query, const Real* key) const {
    const Real log2_e = static_cast<Real>(1.4426950408889634);
    const bool capped = softcap_ > 0;
    const Real factor = style_.base_2 && !capped ? scale_ * log2_e : scale_;
    const auto k = [&](std::size_t d) { return key[d]; };
    Real s = 0;
    if (style_.scales_query) {
      s = dot<Real>(
          style_.order, dim_, [&](std::size_t d) { return query[d] * factor; }, k);
    } else {
      s = dot<Real>(
              style_.order, dim_, [&](std::size_t d) { return query[d]; }, k) *
          factor;
    }
    if (!capped) return s;
    const Real bent = std::tanh(s / softcap_) * softcap_;
    return style_.base_2 ? bent * log2_e : bent;
  }

  Real power(Real t, std::size_t j) const {
    const Real y = style_.base_2 ? std::exp2(t) : std::exp(t);
    return style_.exp_error != 0 && j % 3 == 0 ? y * static_cast<Real>(1 + style_.exp_error) : y;
  }

  Partial<Real> part(const Real* values, const std::vector<std::size_t>& seen,
                     const std::vector<Real>& scores, std::size_t begin, std::size_t stop) const {
    Partial<Real> state;
    state.weighted.assign(v_dim_, 0);
    const std::size_t block = style_.block == 0 ? stop - begin : style_.block;
    for (std::size_t first = begin; first < stop; first += block) {
      const std::size_t end = std::min(stop, first + block);
      Partial<Real> next;
      for (std::size_t n = first; n < end; ++n) next.largest = std::max(next.largest, scores[n]);
      std::vector<Real> weights(end - first);
      for (std::size_t n = first; n < end; ++n) {
        weights[n - first] = power(scores[n] - next.largest, seen[n]);
      }
      const auto weight = [&](std::size_t n) { return weights[n]; };
      next.total = sum<Real>(style_.order, weights.size(), weight);
      if (style_.prob_bits > 0) {
        for (Real& w : weights) w = static_cast<Real>(cut(w, style_.prob_bits));
      }
      next.weighted.assign(v_dim_, 0);
      for (std::size_t d = 0; d < v_dim_; ++d) {
        const auto value = [&](std::size_t n) { return values[seen[first + n] * v_dim_ + d]; };
        if (style_.accumulator_bits == 0) {
          next.weighted[d] = dot<Real>(style_.order, weights.size(), weight, value);
          continue;
        }
        for (std::size_t n = 0; n < weights.size(); ++n) {
          next.weighted[d] = static_cast<Real>(
              cut(next.weighted[d] + weights[n] * value(n), style_.accumulator_bits));
        }
      }
      merge(state, next);
    }
    return state;
  }

  void merge(Partial<Real>& state, const Partial<Real>& next) const {
    const Real largest = std::max(state.largest, next.largest);
    const Real keep = power(state.largest - largest, 1), take = power(next.largest - largest, 1);
    state.total = state.total * keep + next.total * take;
    for (std::size_t d = 0; d < v_dim_; ++d) {
      state.weighted[d] = state.weighted[d] * keep + next.weighted[d] * take;
    }
    state.largest = largest;
  }

  const Problem& p_;
  const AttentionStyle& style_;
  std::vector<Real> q_, k_, v_;
  std::size_t batch_, heads_, seq_, dim_, kv_heads_, kv_, v_dim_;
  Real scale_, softcap_;
  bool causal_;
};

}  // namespace

void add_attention(Implementations& all) {
  const auto add = [&](const std::string& name, bool right, const AttentionStyle& style) {
    all.push_back(implementation("attention", name, right, [style]<class Real>(const Problem& p) {
      return Attention<Real>(p, style).run();
    }));
  };
  for (int order = 0; order < order_count; ++order) {
    add(std::string(order_names[order]), true, {.order = static_cast<Order>(order)});
  }
  add("online, key by key", true, {.block = 1});
  add("online, blocks of 16", true, {.order = Order::lanes8, .block = 16});
  add("online, blocks of 64", true, {.order = Order::fused_lanes8, .block = 64});
  add("online, blocks of 16, 2^x", true, {.order = Order::lanes8, .block = 16, .base_2 = true});
  add("2^x", true, {.base_2 = true});
  add("scaled query", true, {.order = Order::lanes16, .scales_query = true});
  add("4 parts of the keys", true, {.order = Order::lanes8, .block = 32, .parts = 4});
  add("16 parts, 2^x, scaled query", true,
      {.order = Order::fused_lanes8, .parts = 16, .base_2 = true, .scales_query = true});
  add("scale off by 1e-5", false, {.scale_factor = 1 + 1e-5});
  add("scale off by 1e-4", false, {.scale_factor = 1 + 1e-4});
  add("causal off by one", false, {.causal_shift = 1});
  add("kv head by modulo", false, {.kv_by_modulo = true});
  add("masked keys leak e^-20", false, {.masked_score_offset = -20});
  add("f16 probabilities", false, {.prob_bits = 11});
  add("bf16 accumulator", false, {.accumulator_bits = 8});
  add("softcap dropped", false, {.softcap_dropped = true});
  add("exp off by 7e-6", false, {.exp_error = 7e-6});
}

}  // namespace assay::accuracy
