// SPDX-License-Identifier: Apache-2.0
// What pooling takes and gives; pooling.md says what it means.
#pragma once

#include "reference/tensor_spec.h"

namespace assay::schema {

inline constexpr TensorSpec pooling_inputs[] = {
    {.name = "x", .kind = floating, .shape = "batch seq_len d_model"},
    {.name = "keep", .kind = boolean, .shape = "batch seq_len", .optional = true},
    {.name = "w", .kind = floating, .shape = "d_out d_model", .optional = true, .weight = true},
    {.name = "b", .kind = floating, .shape = "d_out", .optional = true, .weight = true},
};

inline constexpr TensorSpec pooling_outputs[] = {
    {.name = "pooled", .kind = floating, .shape = "batch d_model"},
    {.name = "y", .kind = floating, .shape = "batch d_out", .optional = true},
};

inline constexpr AttributeSpec pooling_attributes[] = {
    {"form", AttributeKind::string, "first", "first|last|mean|max"},
    {"activation", AttributeKind::string, "none", "none|tanh"},
};

inline constexpr OpSchema pooling = {.name = "pooling",
                                     .inputs = pooling_inputs,
                                     .outputs = pooling_outputs,
                                     .attributes = pooling_attributes,
                                     .batch_word = "batch",
                                     .composite = true};

}  // namespace assay::schema
