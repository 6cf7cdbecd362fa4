// SPDX-License-Identifier: Apache-2.0
// What alibi takes and gives; alibi.md says what it means.
#pragma once

#include "reference/tensor_spec.h"

namespace assay::schema {

inline constexpr TensorSpec alibi_inputs[] = {
    {.name = "query_positions", .kind = i64, .shape = "seq_len"},
    {.name = "key_positions", .kind = i64, .shape = "kv_len"},
};

inline constexpr TensorSpec alibi_outputs[] = {
    {.name = "bias", .kind = floating, .shape = "n_heads seq_len kv_len"},
    {.name = "slopes", .kind = floating, .shape = "n_heads", .optional = true},
};

inline constexpr AttributeSpec alibi_attributes[] = {
    {"n_heads", AttributeKind::i64, "8", ""},
    {"form", AttributeKind::string, "distance", "distance|key_position"},
};

inline constexpr OpSchema alibi = {.name = "alibi",
                                   .inputs = alibi_inputs,
                                   .outputs = alibi_outputs,
                                   .attributes = alibi_attributes,
                                   .batch_word = ""};

}  // namespace assay::schema
