// SPDX-License-Identifier: Apache-2.0
// Attention as a library without a kernel for it does it: the product of queries and keys, the
// options row by row, a softmax, the product with the values. The products are the library's.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "variants/kernels/problems.h"

namespace assay::variants::peers {

/// What supports() says no to; empty: this text does the call.
inline std::string attention_objection(const Invocation& call) {
  for (const char* name :
       {"alibi_slopes", "sinks", "prefix_lengths", "query_offsets", "q_norm_weight", "past_k"}) {
    if (call.input(name) != nullptr) return std::string("no ") + name;
  }
  for (const char* name : {"present_k", "present_v", "scores", "lse"}) {
    if (call.output(name) != nullptr) return std::string("no output ") + name;
  }
  return "";
}

/// Caps and masks one row of scores; hidden keys get -infinity. Whether any key is left.
template <class Number>
bool mask_row(const Attention<Number>& p, std::size_t b, std::size_t h, std::size_t i,
              Number* row) {
  const KeyRange visible = p.visible(b, i);
  const Number* mask = p.mask.data != nullptr ? p.mask.row(b, h, i) : nullptr;
  const std::uint8_t* keep = p.keep.data != nullptr ? p.keep.row(b, h, i) : nullptr;
  constexpr Number hidden = -std::numeric_limits<Number>::infinity();
  if (mask == nullptr && keep == nullptr && !(p.softcap > 0)) {
    const std::size_t first = std::min(visible.first, p.total_len);
    const std::size_t last = std::clamp(visible.last, first, p.total_len);
    std::fill(row, row + first, hidden);
    std::fill(row + last, row + p.total_len, hidden);
    return first < last;
  }
  bool any = false;
  for (std::size_t j = 0; j < p.total_len; ++j) {
    const Number added = mask != nullptr ? mask[j * p.mask.key_stride] : 0;
    const bool sees = j >= visible.first && j < visible.last && added != hidden &&
                      (keep == nullptr || keep[j * p.keep.key_stride] != 0);
    if (p.softcap > 0) row[j] = p.softcap * std::tanh(row[j] / p.softcap);
    row[j] = sees ? row[j] + added : hidden;
    any = any || sees;
  }
  return any;
}

/// Whether a weight of 0 takes every value of a head out of a product.
template <class Number>
bool is_finite(const Attention<Number>& p, std::size_t b, std::size_t kv) {
  bool finite = true;
  for (std::size_t j = 0; j < p.total_len; ++j) {
    const Number* value = p.v.row(b, kv, j);
    for (std::size_t d = 0; d < p.v_head_dim; ++d) finite = finite && std::isfinite(value[d]);
  }
  return finite;
}

/// One row of weights times the values, weights of 0 left out.
template <class Number>
void weighted_sum(const Attention<Number>& p, std::size_t b, std::size_t kv, const Number* weights,
                  Number* out) {
  std::fill(out, out + p.v_head_dim, Number(0));
  for (std::size_t j = 0; j < p.total_len; ++j) {
    if (weights[j] == 0) continue;
    const Number* value = p.v.row(b, kv, j);
    for (std::size_t d = 0; d < p.v_head_dim; ++d) out[d] += weights[j] * value[d];
  }
}

/// `Library` has, for row-major matrices with rows lda, ldb and ldc apart,
///   static void times_transposed(m, n, k, alpha, a, lda, b, ldb, c, ldc)   c = alpha a b^T
///   static void times(m, n, k, a, lda, b, ldb, c, ldc)                     c = a b
///   static void softmax(rows, row_len, x)                                  in place
template <class Library, class Number>
void attention(const Attention<Number>& p) {
  std::vector<Number> scores(p.seq_len * p.total_len);
  std::vector<bool> sees(p.seq_len);
  for (std::size_t b = 0; b < p.batch; ++b) {
    for (std::size_t h = 0; h < p.n_heads; ++h) {
      const std::size_t kv = p.kv_head(h);
      if (p.total_len > 0) {
        Library::times_transposed(p.seq_len, p.total_len, p.head_dim, p.scale, p.q.row(b, h, 0),
                                  p.q.token_stride, p.k.row(b, kv, 0), p.k.token_stride,
                                  scores.data(), p.total_len);
      }
      for (std::size_t i = 0; i < p.seq_len; ++i) {
        Number* row = scores.data() + i * p.total_len;
        sees[i] = mask_row(p, b, h, i, row);
        if (!sees[i]) std::fill(row, row + p.total_len, Number(0));
      }
      if (p.total_len > 0) Library::softmax(p.seq_len, p.total_len, scores.data());
      for (std::size_t i = 0; i < p.seq_len; ++i) {
        if (!sees[i]) std::fill_n(scores.data() + i * p.total_len, p.total_len, Number(0));
      }
      if (p.total_len > 0 && is_finite(p, b, kv)) {
        Library::times(p.seq_len, p.v_head_dim, p.total_len, scores.data(), p.total_len,
                       p.v.row(b, kv, 0), p.v.token_stride, p.out.row(b, h, 0), p.out.token_stride);
        continue;
      }
      for (std::size_t i = 0; i < p.seq_len; ++i) {
        weighted_sum(p, b, kv, scores.data() + i * p.total_len, p.out.row(b, h, i));
      }
    }
  }
}

}  // namespace assay::variants::peers
