// SPDX-License-Identifier: Apache-2.0
// What t5_bias takes and gives; t5_bias.md says what it means.
#pragma once

#include "reference/tensor_spec.h"

namespace assay::schema {

inline constexpr TensorSpec t5_bias_inputs[] = {
    {.name = "query_positions", .kind = i64, .shape = "seq_len"},
    {.name = "key_positions", .kind = i64, .shape = "kv_len"},
    {.name = "table", .kind = floating, .shape = "n_buckets n_heads", .weight = true},
};

inline constexpr TensorSpec t5_bias_outputs[] = {
    {.name = "bias", .kind = floating, .shape = "n_heads seq_len kv_len"},
    {.name = "buckets", .kind = i64, .shape = "seq_len kv_len", .optional = true},
};

inline constexpr AttributeSpec t5_bias_attributes[] = {
    {"bidirectional", AttributeKind::boolean, "true", ""},
    {"max_distance", AttributeKind::i64, "128", ""},
};

inline constexpr OpSchema t5_bias = {.name = "t5_bias",
                                     .inputs = t5_bias_inputs,
                                     .outputs = t5_bias_outputs,
                                     .attributes = t5_bias_attributes,
                                     .batch_word = ""};

}  // namespace assay::schema
