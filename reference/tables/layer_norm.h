// SPDX-License-Identifier: Apache-2.0
// What layer_norm takes and gives; layer_norm.md says what it means.
#pragma once

#include "reference/tensor_spec.h"

namespace assay::schema {

inline constexpr TensorSpec layer_norm_inputs[] = {
    {.name = "x", .kind = floating, .shape = "tokens d_model"},
    {.name = "weight", .kind = floating, .shape = "d_model", .weight = true},
    {.name = "bias", .kind = floating, .shape = "d_model", .optional = true, .weight = true},
};

inline constexpr TensorSpec layer_norm_outputs[] = {
    {.name = "y", .kind = floating, .shape = "tokens d_model"},
    {.name = "mean", .kind = floating, .shape = "tokens", .optional = true},
    {.name = "inverse_deviation", .kind = floating, .shape = "tokens", .optional = true},
};

inline constexpr AttributeSpec layer_norm_attributes[] = {
    {"eps", AttributeKind::f64, "0.00000762939453125", ""},
    {"eps_placement", AttributeKind::string, "inside_root", "inside_root|added_to_deviation"},
};

inline constexpr OpSchema layer_norm = {.name = "layer_norm",
                                        .inputs = layer_norm_inputs,
                                        .outputs = layer_norm_outputs,
                                        .attributes = layer_norm_attributes,
                                        .batch_word = "tokens"};

}  // namespace assay::schema
