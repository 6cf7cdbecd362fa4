// SPDX-License-Identifier: Apache-2.0
// Attention as fused kernels have it: keys in tiles of eight, the softmax corrected whenever a tile
// has a larger score than all before it, nothing kept but one tile. A place for mistakes; not fast.
#pragma once

#include <algorithm>
#include <array>
#include <vector>

#include "reference/attention.h"

namespace assay::mistaken {

/// What is known of a row after some of its keys. Everything is relative to the largest score.
template <class Number>
struct OnlineRow {
  Number largest = -Numeric<Number>::infinity();
  Number total = whole<Number>(0);
  std::vector<Number> sums;  // of values times weights, a channel each
};

constexpr std::size_t keys_in_tile = 8;

/// The first key that causality hides from query i for certain.
template <class Number>
std::size_t end_of_keys(const AttentionOperands<Number>& a, std::size_t b, std::size_t i) {
  const auto total = static_cast<std::int64_t>(a.total_len());
  const bool exceptions = a.visible.prefix_lengths.present();
  if (a.visible.causal == Causal::none || exceptions) return a.total_len();
  const std::int64_t end = a.visible.query_position(b, i) + 1;
  return static_cast<std::size_t>(std::clamp<std::int64_t>(end, 0, total));
}

/// Takes in `count` keys from `first` on. `score` and `weight` are one tile of memory for all
/// tiles.
template <class Number>
void take_tile(const AttentionOperands<Number>& a, std::size_t b, std::size_t h, std::size_t i,
               std::size_t first, std::size_t count, std::array<Number, keys_in_tile>& score,
               std::array<Number, keys_in_tile>& weight, OnlineRow<Number>& row) {
  for (std::size_t n = 0; n < count; ++n) {
    score[n] = a.masked_score(b, h, i, first + n);
  }
  const Number of_tile = maximum<Number>(count, [&](std::size_t n) { return score[n]; });
  const Number largest = row.largest < of_tile || isnan(of_tile) ? of_tile : row.largest;
  if (is_minus_infinity(largest)) return;
  const Number lowered = row.largest - largest;
  const Number rescale = is_minus_infinity(row.largest) ? whole<Number>(1) : exp(lowered);
  for (std::size_t n = 0; n < count; ++n) {
    const Number shifted = score[n] - largest;
    weight[n] = is_minus_infinity(score[n]) ? whole<Number>(0) : exp(shifted);
  }
  const Number in_tile = reduce<Number>(count, [&](std::size_t n) { return weight[n]; });
  const Number total_before = row.total * rescale;
  row.total = total_before + in_tile;
  const std::size_t kv = a.kv_head(h);
  for (std::size_t d = 0; d < row.sums.size(); ++d) {
    const Number sum = reduce<Number>(count, [&](std::size_t n) {
      if (is_minus_infinity(score[n])) return whole<Number>(0);
      return weight[n] * a.value(b, kv, first + n, d);
    });
    const Number sum_before = row.sums[d] * rescale;
    row.sums[d] = sum_before + sum;
  }
  row.largest = largest;
}

/// Takes in the sink, a score without a value.
template <class Number>
void take_sink(const Number& sink, OnlineRow<Number>& row) {
  if (is_minus_infinity(sink)) return;
  const Number largest = row.largest < sink || isnan(sink) ? sink : row.largest;
  const Number lowered = row.largest - largest;
  const Number rescale = is_minus_infinity(row.largest) ? whole<Number>(1) : exp(lowered);
  const Number shifted = sink - largest;
  const Number total_before = row.total * rescale;
  row.total = total_before + exp(shifted);
  for (Number& sum : row.sums) sum = sum * rescale;
  row.largest = largest;
}

template <class Number>
void tiled_attention(const Call<Number>& call) {
  attention(call);  // what it shows besides out and lse
  std::vector<Number> normed_q, normed_k;
  const AttentionOperands<Number> a = attention_operands(call, normed_q, normed_k);
  const auto out = call.template out<Number, 4>("out");
  const auto lse = call.template out<Number, 3>("lse");
  std::array<Number, keys_in_tile> score{}, weight{};
  for (std::size_t b = 0; b < a.q.size(0); ++b) {
    for (std::size_t h = 0; h < a.q.size(1); ++h) {
      for (std::size_t i = 0; i < a.q.size(2); ++i) {
        OnlineRow<Number> row;
        row.sums.assign(a.v.size(3), whole<Number>(0));
        const std::size_t end = end_of_keys(a, b, i);
        for (std::size_t first = 0; first < end; first += keys_in_tile) {
          take_tile(a, b, h, i, first, std::min(keys_in_tile, end - first), score, weight, row);
        }
        if (a.sinks.present()) take_sink(a.sinks(h), row);
        const bool nothing = is_minus_infinity(row.largest);
        for (std::size_t d = 0; d < row.sums.size(); ++d) {
          out(b, h, i, d) = nothing ? whole<Number>(0) : row.sums[d] / row.total;
        }
        if (lse.present()) lse(b, h, i) = nothing ? row.largest : row.largest + log(row.total);
      }
    }
  }
}

}  // namespace assay::mistaken
