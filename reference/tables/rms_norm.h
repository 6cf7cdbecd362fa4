// SPDX-License-Identifier: Apache-2.0
// What rms_norm takes and gives; rms_norm.md says what it means.
#pragma once

#include "reference/tensor_spec.h"

namespace assay::schema {

inline constexpr TensorSpec rms_norm_inputs[] = {
    {.name = "x", .kind = floating, .shape = "tokens d_model"},
    {.name = "weight", .kind = floating, .shape = "d_model", .weight = true},
};

inline constexpr TensorSpec rms_norm_outputs[] = {
    {.name = "y", .kind = floating, .shape = "tokens d_model"}};

inline constexpr AttributeSpec rms_norm_attributes[] = {
    {"eps", AttributeKind::f64, "0.00000762939453125", ""},
    {"weight_form", AttributeKind::string, "weight", "weight|one_plus_weight"},
    {"cast_order", AttributeKind::string, "weight_then_round",
     "weight_then_round|round_then_weight"},
};

inline constexpr OpSchema rms_norm = {.name = "rms_norm",
                                      .inputs = rms_norm_inputs,
                                      .outputs = rms_norm_outputs,
                                      .attributes = rms_norm_attributes,
                                      .batch_word = "tokens"};

}  // namespace assay::schema
