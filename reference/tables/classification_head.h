// SPDX-License-Identifier: Apache-2.0
// What classification_head takes and gives; classification_head.md says what it means.
#pragma once

#include "reference/tensor_spec.h"

namespace assay::schema {

inline constexpr TensorSpec classification_head_inputs[] = {
    {.name = "x", .kind = floating, .shape = "batch d_model"},
    {.name = "w_dense",
     .kind = floating,
     .shape = "d_hidden d_model",
     .optional = true,
     .weight = true},
    {.name = "b_dense", .kind = floating, .shape = "d_hidden", .optional = true, .weight = true},
    {.name = "w", .kind = floating, .shape = "n_labels d_hidden", .weight = true},
    {.name = "b", .kind = floating, .shape = "n_labels", .optional = true, .weight = true},
};

inline constexpr TensorSpec classification_head_outputs[] = {
    {.name = "logits", .kind = floating, .shape = "batch n_labels"},
};

inline constexpr AttributeSpec classification_head_attributes[] = {
    {"activation", AttributeKind::string, "tanh", "tanh|relu|gelu|none"},
};

inline constexpr OpSchema classification_head = {.name = "classification_head",
                                                 .inputs = classification_head_inputs,
                                                 .outputs = classification_head_outputs,
                                                 .attributes = classification_head_attributes,
                                                 .batch_word = "batch",
                                                 .composite = true};

}  // namespace assay::schema
