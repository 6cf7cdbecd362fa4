// SPDX-License-Identifier: Apache-2.0
// The projection to queries, keys and values by one matrix: a linear map whose output channels are
// dealt out to heads. Clauses: qkv_projection.md.
#pragma once

#include "reference/call.h"
#include "reference/shape.h"

namespace assay::reference {

/// Which rows of w belong to whom: those of a head are head_dim rows from the one given here.
struct QkvRows {
  std::size_t n_heads, n_kv_heads, head_dim;
  bool three_blocks;

  /// Query heads that share a key head. They, their key head and their value head are a group.
  [[nodiscard]] std::size_t shared() const { return n_heads / n_kv_heads; }
  [[nodiscard]] std::size_t group(std::size_t kv) const { return kv * (shared() + 2); }

  [[nodiscard]] std::size_t query(std::size_t h) const {
    if (three_blocks) return h * head_dim;  //                   [qkv_projection.three-blocks]
    // [qkv_projection.per-head] [qkv_projection.per-group]
    return (group(h / shared()) + h % shared()) * head_dim;
  }
  [[nodiscard]] std::size_t key(std::size_t kv) const {
    if (three_blocks) return (n_heads + kv) * head_dim;
    return (group(kv) + shared()) * head_dim;
  }
  [[nodiscard]] std::size_t value(std::size_t kv) const {
    if (three_blocks) return (n_heads + n_kv_heads + kv) * head_dim;
    return (group(kv) + shared() + 1) * head_dim;
  }
};

/// Throws CallError where the heads do not fit the arrangement.
inline QkvRows qkv_rows(std::int64_t n_heads, std::int64_t n_kv_heads, std::int64_t head_dim,
                        const std::string& arrangement) {
  const std::string heads = "qkv_projection: n_heads is " + std::to_string(n_heads) + ", ";
  if (n_kv_heads < 1 || n_heads % n_kv_heads != 0) {  //               [qkv_projection.heads]
    throw CallError(heads + "no multiple of n_kv_heads = " + std::to_string(n_kv_heads));
  }
  if (arrangement == "per_head" && n_heads != n_kv_heads) {
    throw CallError(heads + "n_kv_heads is " + std::to_string(n_kv_heads) +
                    "; per_head needs as many of both");
  }
  return {static_cast<std::size_t>(n_heads), static_cast<std::size_t>(n_kv_heads),
          static_cast<std::size_t>(head_dim), arrangement == "three_blocks"};
}

/// x: batch seq_len d_model; w: rows d_model; b: rows or absent; out: batch heads seq_len head_dim.
/// `first_row` gives the first row of w of each head.
template <class Number, class FirstRow>
void project_heads(View<const Number, 3> x, View<const Number, 2> w, View<const Number, 1> b,
                   const FirstRow& first_row, View<Number, 4> out) {
  for (std::size_t entry = 0; entry < out.size(0); ++entry) {
    for (std::size_t h = 0; h < out.size(1); ++h) {
      for (std::size_t i = 0; i < out.size(2); ++i) {
        for (std::size_t d = 0; d < out.size(3); ++d) {
          const std::size_t row = first_row(h) + d;
          const Number sum =
              reduce<Number>(x.size(2), [&](std::size_t c) { return x(entry, i, c) * w(row, c); });
          // The channels of a head lie together, and heads before tokens.
          // [qkv_projection.outputs] [qkv_projection.bias]
          out(entry, h, i, d) = b.present() ? sum + b(row) : sum;
        }
      }
    }
  }
}

template <class Number>
void qkv_projection(const Call<Number>& call) {
  const auto x = call.template in<Number, 3>("x");
  const auto w = call.template in<Number, 2>("w");
  const auto b = call.template in<Number, 1>("b");
  const QkvRows rows = qkv_rows(call.i64("n_heads"), call.i64("n_kv_heads"), call.i64("head_dim"),
                                call.string("arrangement"));
  project_heads<Number>(
      x, w, b, [&](std::size_t h) { return rows.query(h); }, call.template out<Number, 4>("q"));
  project_heads<Number>(
      x, w, b, [&](std::size_t kv) { return rows.key(kv); }, call.template out<Number, 4>("k"));
  project_heads<Number>(
      x, w, b, [&](std::size_t kv) { return rows.value(kv); }, call.template out<Number, 4>("v"));
}

}  // namespace assay::reference
