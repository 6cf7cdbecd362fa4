// SPDX-License-Identifier: Apache-2.0
// What cached_attention takes and gives; cached_attention.md says what it means.
#pragma once

#include "reference/tensor_spec.h"

namespace assay::schema {

inline constexpr TensorSpec cached_attention_inputs[] = {
    {.name = "q", .kind = floating, .shape = "batch n_heads seq_len head_dim"},
    {.name = "k", .kind = floating, .shape = "batch n_kv_heads seq_len head_dim"},
    {.name = "v", .kind = floating, .shape = "batch n_kv_heads seq_len v_head_dim"},
    {.name = "cache_k",
     .kind = floating,
     .shape = "batch n_kv_heads capacity head_dim",
     .in_out = true},
    {.name = "cache_v",
     .kind = floating,
     .shape = "batch n_kv_heads capacity v_head_dim",
     .in_out = true},
    {.name = "cache_len", .kind = i64, .shape = "batch"},
    {.name = "new_lengths", .kind = i64, .shape = "batch", .optional = true},
    {.name = "left_padding", .kind = i64, .shape = "batch", .optional = true},
};

inline constexpr TensorSpec cached_attention_outputs[] = {
    {.name = "out", .kind = floating, .shape = "batch n_heads seq_len v_head_dim"},
    {.name = "cache_k",
     .kind = floating,
     .shape = "batch n_kv_heads capacity head_dim",
     .in_out = true},
    {.name = "cache_v",
     .kind = floating,
     .shape = "batch n_kv_heads capacity v_head_dim",
     .in_out = true},
};

inline constexpr AttributeSpec cached_attention_attributes[] = {
    {"scale_rule", AttributeKind::string, "rsqrt_head_dim", "rsqrt_head_dim|given|none"},
    {"scale", AttributeKind::f64, "1", ""},
    {"window", AttributeKind::i64, "-1", ""},
    {"softcap", AttributeKind::f64, "0", ""},
    {"cache", AttributeKind::string, "linear", "linear|ring"},
};

inline constexpr OpSchema cached_attention = {.name = "cached_attention",
                                              .inputs = cached_attention_inputs,
                                              .outputs = cached_attention_outputs,
                                              .attributes = cached_attention_attributes,
                                              .batch_word = "batch"};

}  // namespace assay::schema
