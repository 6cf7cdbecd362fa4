// SPDX-License-Identifier: Apache-2.0
// Softmax and attention in formulas that equal those of the reference on paper and round elsewhere:
// tile by tile, in powers of 2, in parts, with one factor per row.
#pragma once

#include <vector>

#include "reference/attention_row.h"
#include "variants/ways/ordered.h"

namespace assay::variants::ways {

/// log2 e, rounded once.
template <class Number>
Number log2_e() {
  return Number::narrowed(static_cast<typename Number::Wide>(1.442695040888963407359924681L));
}

template <class Number>
Number power_of_2(const Number& x) {
  return Number(std::exp2(x.value()));
}

/// A weighted sum of rows in progress: the shift of its weights, their total, and the sum.
template <class Number>
struct Partial {
  Number largest = -reference::Numeric<Number>::infinity();
  Number total = reference::whole<Number>(0);
  std::vector<Number> weighted;

  /// Takes in another, both brought to the larger shift (Milakov and Gimelshein 2018). `power` is
  /// e^x or 2^x.
  template <class Power>
  void merge(const Partial& other, const Power& power) {
    if (reference::is_minus_infinity(other.largest)) return;
    if (reference::is_minus_infinity(largest)) {
      *this = other;
      return;
    }
    const bool grows = largest < other.largest;
    const Number keep = grows ? power(largest - other.largest) : reference::whole<Number>(1);
    const Number take = grows ? reference::whole<Number>(1) : power(other.largest - largest);
    total = total * keep + other.total * take;
    for (std::size_t d = 0; d < weighted.size(); ++d) {
      weighted[d] = weighted[d] * keep + other.weighted[d] * take;
    }
    if (grows || isnan(other.largest)) largest = other.largest;
  }
};

/// The largest score of a row and the sum of the exponentials, formed together, tile by tile.
template <class Number>
Partial<Number> total_by_tiles(std::size_t count, std::size_t tile, const auto& score,
                               const auto& power) {
  Partial<Number> all;
  for (std::size_t first = 0; first < count; first += tile) {
    const std::size_t length = std::min(tile, count - first);
    Partial<Number> next;
    next.largest =
        reference::maximum<Number>(length, [&](std::size_t n) { return score(first + n); });
    next.total = reference::reduce<Number>(length, [&](std::size_t n) {
      const Number each = score(first + n);
      if (reference::is_minus_infinity(each)) return reference::whole<Number>(0);
      return power(each - next.largest);
    });
    all.merge(next, power);
  }
  return all;
}

template <class Number>
void softmax_row_rearranged(std::span<const Number> scores, std::span<const Number> beside,
                            std::span<Number> probs) {
  const Formulas& formulas = manner->formulas;
  const std::size_t row_len = scores.size(), count = row_len + beside.size();
  const auto score = [&](std::size_t i) { return i < row_len ? scores[i] : beside[i - row_len]; };
  const auto power = [](const Number& x) { return exp(x); };
  const Partial<Number> all = total_by_tiles<Number>(
      count, formulas.tile > 0 ? formulas.tile : std::max<std::size_t>(count, 1), score, power);
  if (reference::is_minus_infinity(all.largest)) {
    std::fill(probs.begin(), probs.end(), reference::whole<Number>(0));
    return;
  }
  const Number inverse = reference::whole<Number>(1) / all.total;
  for (std::size_t i = 0; i < row_len; ++i) {
    const bool absent = reference::is_minus_infinity(scores[i]);
    const Number weight = absent ? reference::whole<Number>(0) : power(scores[i] - all.largest);
    probs[i] = formulas.folded ? weight * inverse : weight / all.total;
  }
}

/// One query of one head, as kernels do it that never hold a whole row of weights.
template <class Number>
class AttentionRow {
 public:
  AttentionRow(const reference::AttentionOperands<Number>& a, std::size_t b, std::size_t h,
               std::size_t i)
      : a_(a), formulas_(manner->formulas), b_(b), h_(h), i_(i), kv_(a.kv_head(h)) {
    for (std::size_t j = 0; j < a.total_len(); ++j) {
      const Number score = masked_score(j);
      if (reference::is_minus_infinity(score)) continue;
      seen_.push_back(j);
      scores_.push_back(score);
    }
  }

  /// out: v_head_dim.
  void write(std::span<Number> out) const {
    Partial<Number> all = nothing(out.size());
    const std::size_t parts = std::max<std::size_t>(formulas_.parts, 1);
    const std::size_t length = std::max<std::size_t>((seen_.size() + parts - 1) / parts, 1);
    for (std::size_t first = 0; first < seen_.size(); first += length) {
      all.merge(part(first, std::min(seen_.size(), first + length), out.size()), power_);
    }
    if (a_.sinks.present()) {  // a score without a value
      Partial<Number> sink = nothing(out.size());
      sink.largest = in_base(a_.sinks(h_));
      sink.total = reference::whole<Number>(1);
      all.merge(sink, power_);
    }
    const bool any = !reference::is_minus_infinity(all.largest);
    const Number inverse = reference::whole<Number>(1) / all.total;
    for (std::size_t d = 0; d < out.size(); ++d) {
      const Number mean =
          formulas_.folded ? all.weighted[d] * inverse : all.weighted[d] / all.total;
      out[d] = any ? mean : reference::whole<Number>(0);
    }
  }

 private:
  static Partial<Number> nothing(std::size_t width) {
    Partial<Number> none;
    none.weighted.assign(width, reference::whole<Number>(0));
    return none;
  }

  /// A score in the base of the exponentials.
  [[nodiscard]] Number in_base(const Number& score) const {
    return formulas_.base_2 ? score * log2_e<Number>() : score;
  }

  /// Without softcap and bias, log2 e can be folded into the scale.
  [[nodiscard]] bool folds_scale() const {
    const bool capped = reference::whole<Number>(0) < a_.softcap;
    return !capped && !a_.alibi_slopes.present() && !a_.visible.mask.present();
  }

  [[nodiscard]] Number masked_score(std::size_t j) const {
    if (!folds_scale()) return in_base(a_.masked_score(b_, h_, i_, j));
    if (!a_.visible(b_, h_, i_, j)) return -reference::Numeric<Number>::infinity();
    const Number factor = in_base(a_.scale);
    const bool early = formulas_.scales_query;
    const Number dot = reference::reduce<Number>(a_.q.size(3), [&](std::size_t d) {
      const Number query = early ? a_.q(b_, h_, i_, d) * factor : a_.q(b_, h_, i_, d);
      return query * a_.key(b_, kv_, j, d);
    });
    return early ? dot : dot * factor;
  }

  [[nodiscard]] Partial<Number> part(std::size_t begin, std::size_t end, std::size_t width) const {
    Partial<Number> all = nothing(width);
    const std::size_t tile = formulas_.tile > 0 ? formulas_.tile : end - begin;
    for (std::size_t first = begin; first < end; first += tile) {
      all.merge(tile_of(first, std::min(end, first + tile), width), power_);
    }
    return all;
  }

  [[nodiscard]] Partial<Number> tile_of(std::size_t first, std::size_t end,
                                        std::size_t width) const {
    Partial<Number> next = nothing(width);
    const std::size_t length = end - first;
    next.largest =
        reference::maximum<Number>(length, [&](std::size_t n) { return scores_[first + n]; });
    std::vector<Number> weights(length);
    for (std::size_t n = 0; n < length; ++n) weights[n] = power_(scores_[first + n] - next.largest);
    next.total = reference::reduce<Number>(length, [&](std::size_t n) { return weights[n]; });
    for (Number& weight : weights) weight = reference::maybe_rounded<Number>(a_.operands, weight);
    for (std::size_t d = 0; d < width; ++d) {
      next.weighted[d] = reference::reduce<Number>(length, [&](std::size_t n) {
        return weights[n] * a_.value(b_, kv_, seen_[first + n], d);
      });
    }
    return next;
  }

  const reference::AttentionOperands<Number>& a_;
  const Formulas& formulas_;
  std::size_t b_, h_, i_, kv_;
  std::vector<std::size_t> seen_;
  std::vector<Number> scores_;
  Number (*power_)(const Number&) = formulas_.base_2 ? power_of_2<Number>
                                                     : +[](const Number& x) { return exp(x); };
};

/// The stages and the log-sum-exp as the reference has them; the output row by AttentionRow.
template <class Number>
void attention_row_rearranged(const reference::AttentionOperands<Number>& a, std::size_t b,
                              std::size_t h, std::size_t i, std::string_view scores_stage,
                              std::span<Number> scores, std::span<Number> out, Number* lse) {
  AttentionRow<Number>(a, b, h, i).write(out);
  std::vector<Number> masked(a.total_len());
  for (std::size_t j = 0; j < masked.size(); ++j) masked[j] = a.masked_score(b, h, i, j);
  for (std::size_t j = 0; j < scores.size(); ++j) {
    scores[j] = masked[j];
    if (scores_stage == "scaled") scores[j] = a.scaled_score(b, h, i, j);
    if (scores_stage == "capped") scores[j] = a.capped(a.scaled_score(b, h, i, j));
  }
  if (a.sinks.present()) masked.push_back(a.sinks(h));
  if (lse != nullptr) {
    *lse =
        reference::log_sum_exp_of<Number>(masked.size(), [&](std::size_t j) { return masked[j]; });
  }
  if (scores_stage != "probs" || scores.empty()) return;
  std::vector<Number> probs(masked.size());
  softmax_row_rearranged<Number>(masked, {}, probs);
  std::copy_n(probs.begin(), scores.size(), scores.begin());
}

}  // namespace assay::variants::ways
