// SPDX-License-Identifier: Apache-2.0
// What embedding takes and gives; embedding.md says what it means.
#pragma once

#include "reference/tensor_spec.h"

namespace assay::schema {

inline constexpr TensorSpec embedding_inputs[] = {
    {.name = "ids", .kind = i64, .shape = "tokens"},
    {.name = "table", .kind = floating, .shape = "vocab_size d_model", .weight = true},
    {.name = "segment_ids", .kind = i64, .shape = "tokens", .optional = true},
    {.name = "segment_table",
     .kind = floating,
     .shape = "n_segments d_model",
     .optional = true,
     .weight = true},
};

inline constexpr TensorSpec embedding_outputs[] = {
    {.name = "y", .kind = floating, .shape = "tokens d_model"},
};

inline constexpr AttributeSpec embedding_attributes[] = {
    {"scale", AttributeKind::string, "none", "none|sqrt_d_model"},
};

inline constexpr OpSchema embedding = {.name = "embedding",
                                       .inputs = embedding_inputs,
                                       .outputs = embedding_outputs,
                                       .attributes = embedding_attributes,
                                       .batch_word = "tokens"};

}  // namespace assay::schema
