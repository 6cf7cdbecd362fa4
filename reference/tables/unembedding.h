// SPDX-License-Identifier: Apache-2.0
// What unembedding takes and gives; unembedding.md says what it means.
#pragma once

#include "reference/tensor_spec.h"

namespace assay::schema {

inline constexpr TensorSpec unembedding_inputs[] = {
    {.name = "x", .kind = floating, .shape = "tokens d_model"},
    {.name = "w", .kind = floating, .shape = "vocab_size d_model", .weight = true},
    {.name = "b", .kind = floating, .shape = "vocab_size", .optional = true, .weight = true},
};

inline constexpr TensorSpec unembedding_outputs[] = {
    {.name = "logits", .kind = floating, .shape = "tokens vocab_size"},
};

inline constexpr AttributeSpec unembedding_attributes[] = {
    {"scale", AttributeKind::f64, "1", ""},
    {"softcap", AttributeKind::f64, "0", ""},
};

inline constexpr OpSchema unembedding = {.name = "unembedding",
                                         .inputs = unembedding_inputs,
                                         .outputs = unembedding_outputs,
                                         .attributes = unembedding_attributes,
                                         .batch_word = "tokens"};

}  // namespace assay::schema
