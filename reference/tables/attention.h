// SPDX-License-Identifier: Apache-2.0
// What attention takes and gives; attention.md says what it means.
#pragma once

#include "reference/tensor_spec.h"

namespace assay::schema {

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
    {.name = "prefix_lengths", .kind = i64, .shape = "batch", .optional = true},
    {.name = "query_offsets", .kind = i64, .shape = "n_offsets", .optional = true},
    {.name = "key_offsets", .kind = i64, .shape = "n_offsets", .optional = true},
    {.name = "alibi_slopes", .kind = floating, .shape = "n_heads", .optional = true},
    {.name = "sinks", .kind = floating, .shape = "n_heads", .optional = true, .weight = true},
    {.name = "q_norm_weight",
     .kind = floating,
     .shape = "head_dim",
     .optional = true,
     .weight = true},
    {.name = "k_norm_weight",
     .kind = floating,
     .shape = "head_dim",
     .optional = true,
     .weight = true},
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
    {.name = "lse", .kind = floating, .shape = "batch n_heads seq_len", .optional = true},
};

inline constexpr AttributeSpec attention_attributes[] = {
    {"scale_rule", AttributeKind::string, "rsqrt_head_dim", "rsqrt_head_dim|given|none"},
    {"scale", AttributeKind::f64, "1", ""},  // read under scale_rule = "given"
    {"causal", AttributeKind::string, "none", "none|bottom_right|top_left"},
    {"window", AttributeKind::i64, "-1", ""},
    {"softcap", AttributeKind::f64, "0", ""},
    {"scores_stage", AttributeKind::string, "probs", "scaled|capped|masked|probs"},
    {"layout", AttributeKind::string, "bhsd", "bhsd|bshd"},
    {"qk_norm_eps", AttributeKind::f64, "0.00000762939453125", ""},
};

inline constexpr OpSchema attention = {.name = "attention",
                                       .inputs = attention_inputs,
                                       .outputs = attention_outputs,
                                       .attributes = attention_attributes,
                                       .batch_word = "batch"};

}  // namespace assay::schema
