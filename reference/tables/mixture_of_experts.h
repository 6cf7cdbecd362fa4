// SPDX-License-Identifier: Apache-2.0
// What mixture_of_experts takes and gives; mixture_of_experts.md says what it means.
#pragma once

#include "reference/tensor_spec.h"

namespace assay::schema {

inline constexpr TensorSpec mixture_of_experts_inputs[] = {
    {.name = "x", .kind = floating, .shape = "tokens d_model"},
    {.name = "router", .kind = floating, .shape = "n_experts d_model", .weight = true},
    {.name = "w_up", .kind = floating, .shape = "n_experts d_ff d_model", .weight = true},
    {.name = "w_gate",
     .kind = floating,
     .shape = "n_experts d_ff d_model",
     .optional = true,
     .weight = true},
    {.name = "w_down", .kind = floating, .shape = "n_experts d_model d_ff", .weight = true},
};

inline constexpr TensorSpec mixture_of_experts_outputs[] = {
    {.name = "y", .kind = floating, .shape = "tokens d_model"},
    {.name = "experts", .kind = i64, .shape = "tokens top_k", .optional = true},
    {.name = "shares", .kind = floating, .shape = "tokens top_k", .optional = true},
};

inline constexpr AttributeSpec mixture_of_experts_attributes[] = {
    {"activation", AttributeKind::string, "silu", "relu|gelu|gelu_tanh|gelu_quick|silu|none"},
    {"top_k", AttributeKind::i64, "2", ""},
    {"renormalise", AttributeKind::boolean, "true", ""},
};

inline constexpr OpSchema mixture_of_experts = {.name = "mixture_of_experts",
                                                .inputs = mixture_of_experts_inputs,
                                                .outputs = mixture_of_experts_outputs,
                                                .attributes = mixture_of_experts_attributes,
                                                .batch_word = "tokens",
                                                .discontinuous = true,
                                                .composite = true};

}  // namespace assay::schema
