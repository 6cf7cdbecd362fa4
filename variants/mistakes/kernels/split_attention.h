// SPDX-License-Identifier: Apache-2.0
// Attention with the keys split into parts that know nothing of each other and are merged at the
// end, as decoding over long texts has it. A place for mistakes; not fast.
#pragma once

#include <algorithm>
#include <vector>

#include "reference/attention.h"

namespace assay::mistaken {

/// What a part of the keys gives a query. The largest score and the total stay apart: their sum as
/// a log-sum-exp would round the total away where scores are large.
template <class Number>
struct PartialRow {
  std::vector<Number> sums;                       // of values times weights, a channel each
  Number largest = -Numeric<Number>::infinity();  // -infinity: the part shows the query no key
  Number total = whole<Number>(0);                // of the weights, relative to the largest
};

template <class Number>
PartialRow<Number> partial_row(const AttentionOperands<Number>& a, std::size_t b, std::size_t h,
                               std::size_t i, std::size_t first, std::size_t end) {
  PartialRow<Number> part;
  part.sums.assign(a.v.size(3), whole<Number>(0));
  std::vector<Number> scores, weights;
  for (std::size_t j = first; j < end; ++j) scores.push_back(a.masked_score(b, h, i, j));
  part.largest = maximum<Number>(scores.size(), [&](std::size_t n) { return scores[n]; });
  if (is_minus_infinity(part.largest)) return part;
  for (const Number& score : scores) {
    const Number shifted = score - part.largest;
    weights.push_back(is_minus_infinity(score) ? whole<Number>(0) : exp(shifted));
  }
  part.total = reduce<Number>(weights.size(), [&](std::size_t n) { return weights[n]; });
  const std::size_t kv = a.kv_head(h);
  for (std::size_t d = 0; d < part.sums.size(); ++d) {
    part.sums[d] = reduce<Number>(scores.size(), [&](std::size_t n) {
      if (is_minus_infinity(scores[n])) return whole<Number>(0);
      return weights[n] * a.value(b, kv, first + n, d);
    });
  }
  return part;
}

/// The output of a row from its parts. The sink is a part without values.
template <class Number>
void merge_parts(const std::vector<PartialRow<Number>>& rows, std::vector<Number>& out) {
  const Number largest =
      maximum<Number>(rows.size(), [&](std::size_t p) { return rows[p].largest; });
  std::vector<Number> shares(rows.size(), whole<Number>(0));
  for (std::size_t p = 0; p < rows.size(); ++p) {
    if (is_minus_infinity(rows[p].largest)) continue;
    const Number lowered = rows[p].largest - largest;
    shares[p] = exp(lowered);
  }
  const Number total =
      reduce<Number>(rows.size(), [&](std::size_t p) { return shares[p] * rows[p].total; });
  for (std::size_t d = 0; d < out.size(); ++d) {
    const Number sum = reduce<Number>(rows.size(), [&](std::size_t p) {
      if (is_minus_infinity(rows[p].largest) || rows[p].sums.empty()) return whole<Number>(0);
      return shares[p] * rows[p].sums[d];
    });
    out[d] = is_minus_infinity(largest) ? whole<Number>(0) : sum / total;
  }
}

template <class Number>
void split_attention(const Call<Number>& call) {
  attention(call);  // what it shows besides out
  std::vector<Number> normed_q, normed_k;
  const AttentionOperands<Number> a = attention_operands(call, normed_q, normed_k);
  const auto out = call.template out<Number, 4>("out");
  constexpr std::size_t parts = 3;
  const std::size_t keys_of_part = (a.total_len() + parts - 1) / parts;
  std::vector<Number> merged(out.size(3));
  for (std::size_t b = 0; b < a.q.size(0); ++b) {
    for (std::size_t h = 0; h < a.q.size(1); ++h) {
      for (std::size_t i = 0; i < a.q.size(2); ++i) {
        std::vector<PartialRow<Number>> rows;
        for (std::size_t p = 0; p < parts; ++p) {
          const std::size_t first = std::min(p * keys_of_part, a.total_len());
          const std::size_t end = std::min(first + keys_of_part, a.total_len());
          rows.push_back(partial_row(a, b, h, i, first, end));
        }
        if (a.sinks.present()) rows.push_back({{}, a.sinks(h), whole<Number>(1)});
        merge_parts(rows, merged);
        for (std::size_t d = 0; d < merged.size(); ++d) out(b, h, i, d) = merged[d];
      }
    }
  }
}

}  // namespace assay::mistaken
