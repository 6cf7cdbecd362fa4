// SPDX-License-Identifier: Apache-2.0
// Attention row by row with all scores of a row held: because somebody wants to see them, or for
// options that the kernels do not have.
#include <cstdlib>
#include <limits>
#include <vector>

#include "variants/portable/portable.h"

namespace assay::variants::portable {
namespace {

template <class Number>
constexpr Number excluded = -std::numeric_limits<Number>::infinity();

/// The scores of one query at each stage; `probs` is what the softmax made of `masked`.
template <class Number>
struct ScoreRow {
  explicit ScoreRow(std::size_t keys) : scaled(keys), capped(keys), masked(keys), probs(keys) {}
  std::vector<Number> scaled, capped, masked, probs;
};

/// Whether a prefix shows key j to query i, wherever the query stands.
template <class Number>
bool in_prefix(const Attention<Number>& p, std::size_t b, std::size_t i, std::size_t j) {
  const auto key = static_cast<std::int64_t>(j);
  if (p.prefix_lengths == nullptr || key >= p.prefix_lengths[b]) return false;
  if (p.query_offsets == nullptr) return key < p.valid_keys(b);
  const std::size_t n = p.document_of(i);
  return key >= p.key_offsets[n] && key < p.key_offsets[n + 1];
}

template <class Number>
void score(const Attention<Number>& p, std::size_t b, std::size_t h, std::size_t i,
           ScoreRow<Number>& row) {
  const Number* q = p.q.row(b, h, i);
  const KeyRange visible = p.visible(b, i);
  for (std::size_t j = 0; j < p.total_len; ++j) {
    const Number* key = p.key(b, p.kv_head(h), j);
    Number dot = 0;
    for (std::size_t d = 0; d < p.head_dim; ++d) dot += q[d] * key[d];
    row.scaled[j] = dot * p.scale;
    row.capped[j] =
        p.softcap > 0 ? std::tanh(row.scaled[j] / p.softcap) * p.softcap : row.scaled[j];
    bool takes_part = (j >= visible.first && j < visible.last) || in_prefix(p, b, i, j);
    if (p.keep.data != nullptr) {
      takes_part = takes_part && p.keep.row(b, h, i)[j * p.keep.key_stride] != 0;
    }
    Number masked = row.capped[j];
    if (p.alibi_slopes != nullptr) {
      const std::int64_t distance = p.position(b, i) - static_cast<std::int64_t>(j);
      masked -= p.alibi_slopes[h] * static_cast<Number>(std::abs(distance));
    }
    if (p.mask.data != nullptr) {
      const Number added = p.mask.row(b, h, i)[j * p.mask.key_stride];
      takes_part = takes_part && added != excluded<Number>;
      masked += added;
    }
    row.masked[j] = takes_part ? masked : excluded<Number>;
  }
}

/// -infinity gives exactly 0, and a row of nothing else all zeros; a NaN or +infinity gives NaNs.
/// The sink takes its share and gives nothing. Returns the logarithm of what was divided by.
template <class Number>
Number softmax(const std::vector<Number>& scores, Number sink, std::vector<Number>& probs) {
  Number largest = sink;
  for (const Number each : scores) {
    if (std::isnan(each) || largest < each) largest = each;
  }
  const Number shift = largest == excluded<Number> ? 0 : largest;
  Number total = sink == excluded<Number> ? 0 : std::exp(sink - shift);
  for (std::size_t j = 0; j < scores.size(); ++j) {
    probs[j] = scores[j] == excluded<Number> ? 0 : std::exp(scores[j] - shift);
    total += probs[j];
  }
  for (Number& each : probs) each = total == 0 ? 0 : each / total;
  return std::isinf(largest) ? largest : shift + std::log(total);
}

template <class Number>
const std::vector<Number>& at_stage(const ScoreRow<Number>& row, std::string_view stage) {
  if (stage == "scaled") return row.scaled;
  if (stage == "capped") return row.capped;
  return stage == "masked" ? row.masked : row.probs;
}

}  // namespace

template <class Number>
void attention(const Attention<Number>& p) {
  ScoreRow<Number> row(p.total_len);
  Number* scores = p.scores;
  for (std::size_t item = 0; item < p.batch * p.n_heads * p.seq_len; ++item) {
    const std::size_t b = item / (p.n_heads * p.seq_len);
    const std::size_t h = item / p.seq_len % p.n_heads, i = item % p.seq_len;
    score(p, b, h, i, row);
    const Number sink = p.sinks != nullptr ? p.sinks[h] : excluded<Number>;
    const Number lse = softmax(row.masked, sink, row.probs);
    if (p.lse != nullptr) p.lse[item] = lse;
    Number* out = p.out.row(b, h, i);
    for (std::size_t d = 0; d < p.v_head_dim; ++d) {
      Number sum = 0;
      for (std::size_t j = 0; j < p.total_len; ++j) {
        if (row.masked[j] == excluded<Number>) continue;
        sum += row.probs[j] * p.value(b, p.kv_head(h), j)[d];
      }
      out[d] = sum;
    }
    if (scores == nullptr) continue;
    const std::vector<Number>& shown = at_stage(row, p.scores_stage);
    scores = std::copy(shown.begin(), shown.end(), scores);
  }
}

template void attention(const Attention<float>&);
template void attention(const Attention<double>&);

}  // namespace assay::variants::portable
