// SPDX-License-Identifier: Apache-2.0
// What lora takes and gives; lora.md says what it means.
#pragma once

#include "reference/tensor_spec.h"

namespace assay::schema {

inline constexpr TensorSpec lora_inputs[] = {
    {.name = "x", .kind = floating, .shape = "tokens d_in"},
    {.name = "w", .kind = floating, .shape = "d_out d_in", .weight = true},
    {.name = "b", .kind = floating, .shape = "d_out", .optional = true, .weight = true},
    {.name = "lora_a", .kind = floating, .shape = "rank d_in", .weight = true},
    {.name = "lora_b", .kind = floating, .shape = "d_out rank", .weight = true},
};

inline constexpr TensorSpec lora_outputs[] = {
    {.name = "y", .kind = floating, .shape = "tokens d_out"},
};

inline constexpr AttributeSpec lora_attributes[] = {
    {"alpha", AttributeKind::f64, "16", ""},
    {"scaling", AttributeKind::string, "alpha_over_rank", "alpha_over_rank|alpha_over_sqrt_rank"},
};

inline constexpr OpSchema lora = {.name = "lora",
                                  .inputs = lora_inputs,
                                  .outputs = lora_outputs,
                                  .attributes = lora_attributes,
                                  .batch_word = "tokens",
                                  .composite = true};

}  // namespace assay::schema
