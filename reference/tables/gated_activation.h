// SPDX-License-Identifier: Apache-2.0
// What gated_activation takes and gives; gated_activation.md says what it means.
#pragma once

#include "reference/tensor_spec.h"

namespace assay::schema {

inline constexpr TensorSpec gated_activation_inputs[] = {
    {.name = "x", .kind = floating, .shape = "tokens 2*d_ff"},
};

inline constexpr TensorSpec gated_activation_outputs[] = {
    {.name = "y", .kind = floating, .shape = "tokens d_ff"},
};

inline constexpr AttributeSpec gated_activation_attributes[] = {
    {"form", AttributeKind::string, "silu", "relu|gelu|gelu_tanh|gelu_quick|silu|sigmoid|none"},
    {"gate_side", AttributeKind::string, "first", "first|second|interleaved"},
};

inline constexpr OpSchema gated_activation = {.name = "gated_activation",
                                              .inputs = gated_activation_inputs,
                                              .outputs = gated_activation_outputs,
                                              .attributes = gated_activation_attributes,
                                              .batch_word = "tokens"};

}  // namespace assay::schema
