// SPDX-License-Identifier: Apache-2.0
// What activation takes and gives; activation.md says what it means.
#pragma once

#include "reference/tensor_spec.h"

namespace assay::schema {

inline constexpr TensorSpec activation_inputs[] = {
    {.name = "x", .kind = floating, .shape = "tokens d_model"},
};

inline constexpr TensorSpec activation_outputs[] = {
    {.name = "y", .kind = floating, .shape = "tokens d_model"},
};

inline constexpr AttributeSpec activation_attributes[] = {
    {"form", AttributeKind::string, "gelu", "relu|gelu|gelu_tanh|gelu_quick|silu"},
};

inline constexpr OpSchema activation = {.name = "activation",
                                        .inputs = activation_inputs,
                                        .outputs = activation_outputs,
                                        .attributes = activation_attributes,
                                        .batch_word = "tokens"};

}  // namespace assay::schema
