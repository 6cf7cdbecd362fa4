// SPDX-License-Identifier: Apache-2.0
// What learned_positions takes and gives; learned_positions.md says what it means.
#pragma once

#include "reference/tensor_spec.h"

namespace assay::schema {

inline constexpr TensorSpec learned_positions_inputs[] = {
    {.name = "x", .kind = floating, .shape = "tokens d_model"},
    {.name = "table", .kind = floating, .shape = "table_len d_model", .weight = true},
    {.name = "positions", .kind = i64, .shape = "tokens"},
};

inline constexpr TensorSpec learned_positions_outputs[] = {
    {.name = "y", .kind = floating, .shape = "tokens d_model"}};

inline constexpr AttributeSpec learned_positions_attributes[] = {
    {"offset", AttributeKind::i64, "0", ""}};

inline constexpr OpSchema learned_positions = {.name = "learned_positions",
                                               .inputs = learned_positions_inputs,
                                               .outputs = learned_positions_outputs,
                                               .attributes = learned_positions_attributes,
                                               .batch_word = "tokens"};

}  // namespace assay::schema
