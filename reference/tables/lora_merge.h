// SPDX-License-Identifier: Apache-2.0
// What lora_merge takes and gives; lora_merge.md says what it means.
#pragma once

#include "reference/tensor_spec.h"

namespace assay::schema {

inline constexpr TensorSpec lora_merge_inputs[] = {
    {.name = "w", .kind = floating, .shape = "d_out d_in"},
    {.name = "lora_a", .kind = floating, .shape = "rank d_in"},
    {.name = "lora_b", .kind = floating, .shape = "d_out rank"},
};

inline constexpr TensorSpec lora_merge_outputs[] = {
    {.name = "merged", .kind = floating, .shape = "d_out d_in"},
};

inline constexpr AttributeSpec lora_merge_attributes[] = {
    {"alpha", AttributeKind::f64, "16", ""},
    {"scaling", AttributeKind::string, "alpha_over_rank", "alpha_over_rank|alpha_over_sqrt_rank"},
};

inline constexpr OpSchema lora_merge = {.name = "lora_merge",
                                        .inputs = lora_merge_inputs,
                                        .outputs = lora_merge_outputs,
                                        .attributes = lora_merge_attributes,
                                        .batch_word = ""};

}  // namespace assay::schema
