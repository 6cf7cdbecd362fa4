// SPDX-License-Identifier: Apache-2.0
// What each kernel computes, as plain pointers and sizes in the number type of its arithmetic. The
// texts of kernels/ and portable/ take these; problem_of_*() makes them from a call.
#pragma once

#include <cstddef>
#include <cstdint>

#include "variants/kernels/rope_frequencies.h"
#include "variants/operands.h"

namespace assay::variants {

/// The function of an activation.
enum class Bend { none, relu, gelu, gelu_tanh, gelu_quick, silu, sigmoid };
Bend bend_of(std::string_view form);

/// y = bend(x w^T + b) factor + added. x: tokens d_in; w: d_out d_in; b: d_out or null; y: tokens
/// d_out. factor, added: tokens d_out, perhaps y itself, or null; together with bend they are what
/// a kernel does with a tile that it still has in the first-level cache.
template <class Number>
struct Linear {
  std::size_t tokens, d_in, d_out;
  const Number *x, *w, *b;
  Number* y;
  Bend bend = Bend::none;
  const Number *factor = nullptr, *added = nullptr;
};

/// A Linear whose x or y may lie as it is stored, in bf16; the one of Linear is null then.
struct Bf16Linear : Linear<float> {
  const std::uint16_t* stored_x = nullptr;
  std::uint16_t* stored_y = nullptr;  // without bend, factor and added
};

/// x, probs: rows row_len; sinks: rows or null.
template <class Number>
struct Softmax {
  std::size_t rows, row_len;
  Number temperature;
  bool plus_one;
  const Number *x, *sinks;
  Number* probs;
};

/// x, y: tokens d_model; weight: d_model; bias: d_model or null; mean, inverse_deviation: tokens or
/// null.
template <class Number>
struct LayerNorm {
  std::size_t tokens, d_model;
  Number eps;
  bool eps_inside_root;
  const Number *x, *weight, *bias;
  Number *y, *mean, *inverse_deviation;
};

/// x, y: tokens d_model; weight: d_model.
template <class Number>
struct RmsNorm {
  std::size_t tokens, d_model;
  Number eps;
  bool one_plus_weight;
  DType rounded_before_weight;  // to which type; that of Number: not at all
  const Number *x, *weight;
  Number* y;
};

/// x, y: count elements, which may be the same.
template <class Number>
struct Activation {
  std::size_t count;
  Bend form;
  const Number* x;
  Number* y;
};

/// y: tokens d_ff. Rows of gates and values begin row_stride apart; interleaved ones have a gate,
/// or a value, in every other element. y may be the values where it has their rows.
template <class Number>
struct GatedActivation {
  std::size_t tokens, d_ff, row_stride;
  Bend form;
  bool interleaved;
  const Number *gate, *value;
  Number* y;
};

/// A tensor batch heads seq_len channels, in either layout: where a row of channels begins.
template <class Number>
struct Heads {
  Number* data;
  std::size_t batch_stride, head_stride, token_stride;
  Number* row(std::size_t b, std::size_t h, std::size_t i) const {
    return data + b * batch_stride + h * head_stride + i * token_stride;
  }
};

/// x, y: batch n_heads seq_len head_dim; positions: one row for all batch entries (stride 0) or one
/// for each; the tables are null or have rotary_dim / 2 columns.
template <class Number>
struct Rope {
  std::size_t batch, n_heads, seq_len, head_dim, rotary_dim;
  bool interleaved;
  RopeTurning turning;  // where there are no tables
  Heads<const Number> x;
  Heads<Number> y;
  const std::int64_t* positions;
  std::size_t positions_stride;
  const Number *cos_table, *sin_table;
};

/// A mask over batch n_heads seq_len total_len; an axis of extent 1 has stride 0. data may be null.
template <class Element>
struct Mask {
  const Element* data = nullptr;
  std::size_t batch_stride = 0, head_stride = 0, query_stride = 0, key_stride = 0;
  const Element* row(std::size_t b, std::size_t h, std::size_t i) const {
    return data + b * batch_stride + h * head_stride + i * query_stride;
  }
};

/// Keys first ... last - 1 of a row.
struct KeyRange {
  std::size_t first, last;
  [[nodiscard]] bool empty() const { return first >= last; }
};
inline KeyRange cut(KeyRange keys, KeyRange to) {
  return {std::max(keys.first, to.first), std::min(keys.last, to.last)};
}
/// The keys of both and what lies between them; a where there are none.
inline KeyRange spanning(KeyRange a, KeyRange b) {
  if (b.empty()) return a;
  if (a.empty()) return b;
  return {std::min(a.first, b.first), std::max(a.last, b.last)};
}

enum class Causal { none, bottom_right, top_left };

/// Keys are counted through past and new ones: 0 ... total_len - 1.
template <class Number>
struct Attention {
  std::size_t batch, n_heads, n_kv_heads, seq_len, past_len, total_len, head_dim, v_head_dim;
  Number scale;
  Number softcap;  // 0: none
  Causal causal;
  std::int64_t window;  // -1: none
  Heads<const Number> q, k, v, past_k, past_v;
  Mask<Number> mask;
  Mask<std::uint8_t> keep;
  const std::int64_t* key_lengths;                  // batch, or null
  const std::int64_t* prefix_lengths;               // batch, or null
  const std::int64_t *query_offsets, *key_offsets;  // rising from 0, or both null
  const Number *alibi_slopes, *sinks;               // n_heads, or null
  Heads<Number> out;
  Number *present_k, *present_v, *scores, *lse;  // null where not asked for
  std::string_view scores_stage;

  /// The key/value head that query head h reads.
  [[nodiscard]] std::size_t kv_head(std::size_t h) const;
  [[nodiscard]] const Number* key(std::size_t b, std::size_t kv, std::size_t j) const {
    return j < past_len ? past_k.row(b, kv, j) : k.row(b, kv, j - past_len);
  }
  [[nodiscard]] const Number* value(std::size_t b, std::size_t kv, std::size_t j) const {
    return j < past_len ? past_v.row(b, kv, j) : v.row(b, kv, j - past_len);
  }
  /// The keys that causality, window, padding and documents leave to query i; masks may take more
  /// away, and a prefix may add some before them.
  [[nodiscard]] KeyRange visible(std::size_t b, std::size_t i) const;
  /// Where query i stands among the keys.
  [[nodiscard]] std::int64_t position(std::size_t b, std::size_t i) const;
  /// How many keys are no padding.
  [[nodiscard]] std::int64_t valid_keys(std::size_t b) const;
  /// Of the documents that the sequence is packed of, the one of query i.
  [[nodiscard]] std::size_t document_of(std::size_t i) const;
};

/// Attention over the slots of a cache, which already holds the new tokens: the slots are the keys.
template <class Number>
struct CachedAttention {
  Attention<Number> attention;        // points into the members below
  std::vector<std::int64_t> lengths;  // batch: slots that hold tokens
  std::vector<std::uint8_t> sees;     // batch seq_len capacity; empty where causality says it all
};

/// Throw CallError for what the schema's shapes do not show. The first is the map by w of linear,
/// and of the ops that begin with one; weights that were packed beforehand are not read.
template <class Number>
Linear<Number> linear_problem(const Invocation& call, Operands<Number>& operands,
                              bool is_packed = false);
template <class Number>
Softmax<Number> softmax_problem(const Invocation& call, Operands<Number>& operands);
template <class Number>
LayerNorm<Number> layer_norm_problem(const Invocation& call, Operands<Number>& operands);
template <class Number>
RmsNorm<Number> rms_norm_problem(const Invocation& call, Operands<Number>& operands);
template <class Number>
Activation<Number> activation_problem(const Invocation& call, Operands<Number>& operands);
template <class Number>
GatedActivation<Number> gated_activation_problem(const Invocation& call,
                                                 Operands<Number>& operands);
template <class Number>
Rope<Number> rope_problem(const Invocation& call, Operands<Number>& operands);
template <class Number>
Attention<Number> attention_problem(const Invocation& call, Operands<Number>& operands);
/// Puts the new tokens into the cache.
template <class Number>
CachedAttention<Number> cached_attention_problem(const Invocation& call,
                                                 Operands<Number>& operands);

}  // namespace assay::variants
