// SPDX-License-Identifier: Apache-2.0
// What sinusoidal_positions takes and gives; sinusoidal_positions.md says what it means.
#pragma once

#include "reference/tensor_spec.h"

namespace assay::schema {

inline constexpr TensorSpec sinusoidal_positions_inputs[] = {
    {.name = "x", .kind = floating, .shape = "tokens d_model"},
    {.name = "positions", .kind = i64, .shape = "tokens"},
};

inline constexpr TensorSpec sinusoidal_positions_outputs[] = {
    {.name = "y", .kind = floating, .shape = "tokens d_model"}};

inline constexpr AttributeSpec sinusoidal_positions_attributes[] = {
    {"arrangement", AttributeKind::string, "interleaved", "interleaved|concatenated"},
    {"base", AttributeKind::f64, "10000", ""},
};

inline constexpr OpSchema sinusoidal_positions = {.name = "sinusoidal_positions",
                                                  .inputs = sinusoidal_positions_inputs,
                                                  .outputs = sinusoidal_positions_outputs,
                                                  .attributes = sinusoidal_positions_attributes,
                                                  .batch_word = "tokens"};

}  // namespace assay::schema
