// SPDX-License-Identifier: Apache-2.0
// What feed_forward takes and gives; feed_forward.md says what it means.
#pragma once

#include "reference/tensor_spec.h"

namespace assay::schema {

inline constexpr TensorSpec feed_forward_inputs[] = {
    {.name = "x", .kind = floating, .shape = "tokens d_model"},
    {.name = "w_up", .kind = floating, .shape = "d_ff d_model", .weight = true},
    {.name = "b_up", .kind = floating, .shape = "d_ff", .optional = true, .weight = true},
    {.name = "w_gate", .kind = floating, .shape = "d_ff d_model", .optional = true, .weight = true},
    {.name = "b_gate", .kind = floating, .shape = "d_ff", .optional = true, .weight = true},
    {.name = "w_down", .kind = floating, .shape = "d_model d_ff", .weight = true},
    {.name = "b_down", .kind = floating, .shape = "d_model", .optional = true, .weight = true},
};

inline constexpr TensorSpec feed_forward_outputs[] = {
    {.name = "y", .kind = floating, .shape = "tokens d_model"},
};

inline constexpr AttributeSpec feed_forward_attributes[] = {
    {"activation", AttributeKind::string, "gelu", "relu|gelu|gelu_tanh|gelu_quick|silu|none"},
};

inline constexpr OpSchema feed_forward = {.name = "feed_forward",
                                          .inputs = feed_forward_inputs,
                                          .outputs = feed_forward_outputs,
                                          .attributes = feed_forward_attributes,
                                          .batch_word = "tokens",
                                          .composite = true};

}  // namespace assay::schema
