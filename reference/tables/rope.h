// SPDX-License-Identifier: Apache-2.0
// What rope takes and gives; rope.md says what it means.
#pragma once

#include "reference/tensor_spec.h"

namespace assay::schema {

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
    {"scaling", AttributeKind::string, "none", "none|linear|ntk|yarn|llama3"},
    {"factor", AttributeKind::f64, "1", ""},
    {"original_len", AttributeKind::i64, "0", ""},
    {"beta_fast", AttributeKind::f64, "32", ""},
    {"beta_slow", AttributeKind::f64, "1", ""},
    {"truncate", AttributeKind::boolean, "true", ""},
    {"attention_factor", AttributeKind::f64, "0", ""},  // 0: 0.1 ln(factor) + 1
    {"low_freq_factor", AttributeKind::f64, "1", ""},
    {"high_freq_factor", AttributeKind::f64, "4", ""},
    {"layout", AttributeKind::string, "bhsd", "bhsd|bshd"},
};

inline constexpr OpSchema rope = {.name = "rope",
                                  .inputs = rope_inputs,
                                  .outputs = rope_outputs,
                                  .attributes = rope_attributes,
                                  .batch_word = "batch"};

}  // namespace assay::schema
