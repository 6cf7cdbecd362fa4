// SPDX-License-Identifier: Apache-2.0
// What qkv_projection takes and gives; qkv_projection.md says what it means.
#pragma once

#include "reference/tensor_spec.h"

namespace assay::schema {

inline constexpr TensorSpec qkv_projection_inputs[] = {
    {.name = "x", .kind = floating, .shape = "batch seq_len d_model"},
    {.name = "w",
     .kind = floating,
     .shape = "n_heads*head_dim+2*n_kv_heads*head_dim d_model",
     .weight = true},
    {.name = "b",
     .kind = floating,
     .shape = "n_heads*head_dim+2*n_kv_heads*head_dim",
     .optional = true,
     .weight = true},
};

inline constexpr TensorSpec qkv_projection_outputs[] = {
    {.name = "q", .kind = floating, .shape = "batch n_heads seq_len head_dim"},
    {.name = "k", .kind = floating, .shape = "batch n_kv_heads seq_len head_dim"},
    {.name = "v", .kind = floating, .shape = "batch n_kv_heads seq_len head_dim"},
};

inline constexpr AttributeSpec qkv_projection_attributes[] = {
    {"n_heads", AttributeKind::i64, "1", ""},
    {"n_kv_heads", AttributeKind::i64, "1", ""},
    {"head_dim", AttributeKind::i64, "1", ""},
    {"arrangement", AttributeKind::string, "three_blocks", "three_blocks|per_head|per_group"},
};

inline constexpr OpSchema qkv_projection = {.name = "qkv_projection",
                                            .inputs = qkv_projection_inputs,
                                            .outputs = qkv_projection_outputs,
                                            .attributes = qkv_projection_attributes,
                                            .batch_word = "batch"};

}  // namespace assay::schema
