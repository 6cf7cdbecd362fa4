// SPDX-License-Identifier: Apache-2.0
// Attention with the keys split into parts that know nothing of each other, merged by their
// log-sum-exps, as decoding over long texts has it. A place for mistakes; not fast.
#pragma once

#include <algorithm>
#include <vector>

#include "reference/attention.h"

namespace assay::mistaken {

/// What a part of the keys gives a query.
template <class Number>
struct PartialRow {
  std::vector<Number> out;
  Number lse;  // -infinity: the part shows the query no key
};

template <class Number>
PartialRow<Number> partial_row(const AttentionOperands<Number>& a, std::size_t b, std::size_t h,
                               std::size_t i, std::size_t first, std::size_t end) {
  PartialRow<Number> part{std::vector<Number>(a.v.size(3), whole<Number>(0)), {}};
  std::vector<Number> scores, probs;
  for (std::size_t j = first; j < end; ++j) scores.push_back(a.masked_score(b, h, i, j));
  part.lse = log_of_denominator<Number>(scores);
  probs.resize(scores.size());
  softmax_row<Number>(scores, probs);
  const std::size_t kv = a.kv_head(h);
  for (std::size_t d = 0; d < part.out.size(); ++d) {
    part.out[d] = reduce<Number>(scores.size(), [&](std::size_t n) {
      if (is_minus_infinity(scores[n])) return whole<Number>(0);
      return probs[n] * a.value(b, kv, first + n, d);
    });
  }
  return part;
}

template <class Number>
void split_attention(const Call<Number>& call) {
  attention(call);  // what it shows besides out
  std::vector<Number> normed_q, normed_k;
  const AttentionOperands<Number> a = attention_operands(call, normed_q, normed_k);
  const auto out = call.template out<Number, 4>("out");
  constexpr std::size_t parts = 3;
  const std::size_t keys_of_part = (a.total_len() + parts - 1) / parts;
  for (std::size_t b = 0; b < a.q.size(0); ++b) {
    for (std::size_t h = 0; h < a.q.size(1); ++h) {
      for (std::size_t i = 0; i < a.q.size(2); ++i) {
        std::vector<PartialRow<Number>> rows;
        for (std::size_t p = 0; p < parts; ++p) {
          const std::size_t first = std::min(p * keys_of_part, a.total_len());
          const std::size_t end = std::min(first + keys_of_part, a.total_len());
          rows.push_back(partial_row(a, b, h, i, first, end));
        }
        std::vector<Number> logs;
        for (const PartialRow<Number>& row : rows) logs.push_back(row.lse);
        if (a.sinks.present()) logs.push_back(a.sinks(h));
        const Number lse = log_of_denominator<Number>(logs);
        for (std::size_t d = 0; d < out.size(3); ++d) {
          out(b, h, i, d) = reduce<Number>(parts, [&](std::size_t p) {
            if (is_minus_infinity(rows[p].lse)) return whole<Number>(0);
            const Number lowered = rows[p].lse - lse;
            const Number share = exp(lowered);
            return share * rows[p].out[d];
          });
        }
      }
    }
  }
}

}  // namespace assay::mistaken
