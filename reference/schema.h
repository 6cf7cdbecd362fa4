// SPDX-License-Identifier: Apache-2.0
// What every operation takes and gives: one constexpr table per op. Shapes are words; a word means
// the same number wherever it stands in a call. The tables in the op pages repeat these, and a test
// compares the two.
#pragma once

#include <span>
#include <string_view>

#include "reference/attribute.h"

namespace assay {

/// What may stand in a tensor. `floating` is the storage type of the call's class.
enum class ElementKind { floating, i64, boolean };

/// One tensor of an op. `shape` lists its axes, outermost first, separated by spaces:
///   word          this extent, the same everywhere in the call
///   word/1        this extent, or 1 and then repeated (broadcast)
///   word+word     the sum of two extents; a word that no tensor of the call binds counts 0
struct TensorSpec {
  std::string_view name;
  ElementKind kind;
  std::string_view shape;
  bool optional = false;
  bool weight = false;    // given to `prepare` beforehand
  bool laid_out = false;  // axes 1 and 2 change places under layout = "bshd"
};

/// One attribute. `ordinary` is the value, as text, that switches the option off or that most users
/// mean. It is no default of the ABI, where every attribute is explicit; case lists, examples and
/// the command line complete themselves with it.
struct AttributeSpec {
  std::string_view name;
  AttributeKind kind;
  std::string_view ordinary;
  std::string_view choices;  // of a string attribute, separated by '|'; empty: any
};

struct OpSchema {
  std::string_view name;
  std::span<const TensorSpec> inputs;
  std::span<const TensorSpec> outputs;
  std::span<const AttributeSpec> attributes;
  std::string_view batch_word;  // rows along this word are independent of each other; empty: none
  bool discontinuous = false;   // outputs jump (argmax, kept sets): cases need a margin
};

namespace schema {

using enum ElementKind;

inline constexpr TensorSpec linear_inputs[] = {
    {.name = "x", .kind = floating, .shape = "tokens d_in"},
    {.name = "w", .kind = floating, .shape = "d_out d_in", .weight = true},
    {.name = "b", .kind = floating, .shape = "d_out", .optional = true, .weight = true},
};
inline constexpr TensorSpec linear_outputs[] = {
    {.name = "y", .kind = floating, .shape = "tokens d_out"}};

inline constexpr TensorSpec softmax_inputs[] = {
    {.name = "x", .kind = floating, .shape = "rows row_len"}};
inline constexpr TensorSpec softmax_outputs[] = {
    {.name = "probs", .kind = floating, .shape = "rows row_len"}};
inline constexpr AttributeSpec softmax_attributes[] = {
    {"temperature", AttributeKind::f64, "1", ""}};

inline constexpr TensorSpec layer_norm_inputs[] = {
    {.name = "x", .kind = floating, .shape = "tokens d_model"},
    {.name = "weight", .kind = floating, .shape = "d_model", .weight = true},
    {.name = "bias", .kind = floating, .shape = "d_model", .optional = true, .weight = true},
};
inline constexpr TensorSpec layer_norm_outputs[] = {
    {.name = "y", .kind = floating, .shape = "tokens d_model"},
    {.name = "mean", .kind = floating, .shape = "tokens", .optional = true},
    {.name = "inverse_deviation", .kind = floating, .shape = "tokens", .optional = true},
};
inline constexpr AttributeSpec layer_norm_attributes[] = {
    {"eps", AttributeKind::f64, "0.00000762939453125", ""},
    {"eps_placement", AttributeKind::string, "inside_root", "inside_root|added_to_deviation"},
};

inline constexpr TensorSpec rms_norm_inputs[] = {
    {.name = "x", .kind = floating, .shape = "tokens d_model"},
    {.name = "weight", .kind = floating, .shape = "d_model", .weight = true},
};
inline constexpr TensorSpec rms_norm_outputs[] = {
    {.name = "y", .kind = floating, .shape = "tokens d_model"}};
inline constexpr AttributeSpec rms_norm_attributes[] = {
    {"eps", AttributeKind::f64, "0.00000762939453125", ""},
    {"weight_form", AttributeKind::string, "weight", "weight|one_plus_weight"},
    {"cast_order", AttributeKind::string, "weight_then_round",
     "weight_then_round|round_then_weight"},
};

inline constexpr TensorSpec rope_inputs[] = {
    {.name = "x", .kind = floating, .shape = "batch n_heads seq_len head_dim", .laid_out = true},
    {.name = "positions", .kind = i64, .shape = "batch/1 seq_len"},
    {.name = "cos_table", .kind = floating, .shape = "table_len rotary_pairs", .optional = true},
    {.name = "sin_table", .kind = floating, .shape = "table_len rotary_pairs", .optional = true},
};
inline constexpr TensorSpec rope_outputs[] = {
    {.name = "y", .kind = floating, .shape = "batch n_heads seq_len head_dim", .laid_out = true}};
inline constexpr AttributeSpec rope_attributes[] = {
    {"pairing", AttributeKind::string, "half", "half|interleaved"},
    {"rotary_dim", AttributeKind::i64, "0", ""},  // 0: all of head_dim
    {"base", AttributeKind::f64, "10000", ""},
    {"layout", AttributeKind::string, "bhsd", "bhsd|bshd"},
};

inline constexpr TensorSpec learned_positions_inputs[] = {
    {.name = "x", .kind = floating, .shape = "tokens d_model"},
    {.name = "table", .kind = floating, .shape = "table_len d_model", .weight = true},
    {.name = "positions", .kind = i64, .shape = "tokens"},
};
inline constexpr TensorSpec learned_positions_outputs[] = {
    {.name = "y", .kind = floating, .shape = "tokens d_model"}};
inline constexpr AttributeSpec learned_positions_attributes[] = {
    {"offset", AttributeKind::i64, "0", ""}};

inline constexpr TensorSpec sinusoidal_positions_inputs[] = {
    {.name = "x", .kind = floating, .shape = "tokens d_model"},
    {.name = "positions", .kind = i64, .shape = "tokens"},
};
inline constexpr TensorSpec sinusoidal_positions_outputs[] = {
    {.name = "y", .kind = floating, .shape = "tokens d_model"}};
inline constexpr AttributeSpec sinusoidal_positions_attributes[] = {
    {"arrangement", AttributeKind::string, "interleaved", "interleaved|concatenated"},
    {"base", AttributeKind::f64, "10000", ""},
};

inline constexpr TensorSpec attention_inputs[] = {
    {.name = "q", .kind = floating, .shape = "batch n_heads seq_len head_dim", .laid_out = true},
    {.name = "k", .kind = floating, .shape = "batch n_kv_heads kv_len head_dim", .laid_out = true},
    {.name = "v",
     .kind = floating,
     .shape = "batch n_kv_heads kv_len v_head_dim",
     .laid_out = true},
    {.name = "mask",
     .kind = floating,
     .shape = "batch/1 n_heads/1 seq_len/1 past_len+kv_len/1",
     .optional = true},
    {.name = "keep",
     .kind = boolean,
     .shape = "batch/1 n_heads/1 seq_len/1 past_len+kv_len/1",
     .optional = true},
    {.name = "key_lengths", .kind = i64, .shape = "batch", .optional = true},
    {.name = "past_k",
     .kind = floating,
     .shape = "batch n_kv_heads past_len head_dim",
     .optional = true},
    {.name = "past_v",
     .kind = floating,
     .shape = "batch n_kv_heads past_len v_head_dim",
     .optional = true},
};
inline constexpr TensorSpec attention_outputs[] = {
    {.name = "out",
     .kind = floating,
     .shape = "batch n_heads seq_len v_head_dim",
     .laid_out = true},
    {.name = "present_k",
     .kind = floating,
     .shape = "batch n_kv_heads past_len+kv_len head_dim",
     .optional = true},
    {.name = "present_v",
     .kind = floating,
     .shape = "batch n_kv_heads past_len+kv_len v_head_dim",
     .optional = true},
    {.name = "scores",
     .kind = floating,
     .shape = "batch n_heads seq_len past_len+kv_len",
     .optional = true},
};
inline constexpr AttributeSpec attention_attributes[] = {
    {"scale_rule", AttributeKind::string, "rsqrt_head_dim", "rsqrt_head_dim|given|none"},
    {"scale", AttributeKind::f64, "1", ""},  // read under scale_rule = "given"
    {"causal", AttributeKind::string, "none", "none|bottom_right|top_left"},
    {"window", AttributeKind::i64, "-1", ""},
    {"softcap", AttributeKind::f64, "0", ""},
    {"scores_stage", AttributeKind::string, "probs", "scaled|capped|masked|probs"},
    {"layout", AttributeKind::string, "bhsd", "bhsd|bshd"},
};

inline constexpr TensorSpec draw_inputs[] = {
    {.name = "probs", .kind = floating, .shape = "rows vocab_size"},
    {.name = "uniforms", .kind = floating, .shape = "rows"},
};
inline constexpr TensorSpec draw_outputs[] = {{.name = "token", .kind = i64, .shape = "rows"}};

inline constexpr TensorSpec sampling_inputs[] = {
    {.name = "logits", .kind = floating, .shape = "rows vocab_size"},
    {.name = "stream", .kind = i64, .shape = "rows"},
};
inline constexpr TensorSpec sampling_outputs[] = {
    {.name = "token", .kind = i64, .shape = "rows"},
    {.name = "kept", .kind = boolean, .shape = "rows vocab_size", .optional = true},
    {.name = "probs", .kind = floating, .shape = "rows vocab_size", .optional = true},
};
inline constexpr AttributeSpec sampling_attributes[] = {
    {"temperature", AttributeKind::f64, "1", ""},
    {"top_k", AttributeKind::i64, "0", ""},  // 0: no limit
    {"top_p", AttributeKind::f64, "1", ""},  // 1: no limit
    {"min_p", AttributeKind::f64, "0", ""},  // 0: no limit
    {"order", AttributeKind::string, "temperature,top_k,top_p,min_p", ""},
    {"seed", AttributeKind::i64, "0", ""},
    {"step", AttributeKind::i64, "0", ""},
};

inline constexpr OpSchema ops[] = {
    {.name = "linear",
     .inputs = linear_inputs,
     .outputs = linear_outputs,
     .attributes = {},
     .batch_word = "tokens"},
    {.name = "softmax",
     .inputs = softmax_inputs,
     .outputs = softmax_outputs,
     .attributes = softmax_attributes,
     .batch_word = "rows"},
    {.name = "layer_norm",
     .inputs = layer_norm_inputs,
     .outputs = layer_norm_outputs,
     .attributes = layer_norm_attributes,
     .batch_word = "tokens"},
    {.name = "rms_norm",
     .inputs = rms_norm_inputs,
     .outputs = rms_norm_outputs,
     .attributes = rms_norm_attributes,
     .batch_word = "tokens"},
    {.name = "rope",
     .inputs = rope_inputs,
     .outputs = rope_outputs,
     .attributes = rope_attributes,
     .batch_word = "batch"},
    {.name = "learned_positions",
     .inputs = learned_positions_inputs,
     .outputs = learned_positions_outputs,
     .attributes = learned_positions_attributes,
     .batch_word = "tokens"},
    {.name = "sinusoidal_positions",
     .inputs = sinusoidal_positions_inputs,
     .outputs = sinusoidal_positions_outputs,
     .attributes = sinusoidal_positions_attributes,
     .batch_word = "tokens"},
    {.name = "attention",
     .inputs = attention_inputs,
     .outputs = attention_outputs,
     .attributes = attention_attributes,
     .batch_word = "batch"},
    {.name = "draw",
     .inputs = draw_inputs,
     .outputs = draw_outputs,
     .attributes = {},
     .batch_word = "rows",
     .discontinuous = true},
    {.name = "sampling",
     .inputs = sampling_inputs,
     .outputs = sampling_outputs,
     .attributes = sampling_attributes,
     .batch_word = "rows",
     .discontinuous = true},
};

}  // namespace schema

constexpr const OpSchema* find_op(std::string_view name) {
  for (const OpSchema& op : schema::ops)
    if (op.name == name) return &op;
  return nullptr;
}

template <class Spec>
constexpr const Spec* find_named(std::span<const Spec> specs, std::string_view name) {
  for (const Spec& spec : specs)
    if (spec.name == name) return &spec;
  return nullptr;
}

}  // namespace assay
