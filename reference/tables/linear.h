// SPDX-License-Identifier: Apache-2.0
// What linear takes and gives; linear.md says what it means.
#pragma once

#include "reference/tensor_spec.h"

namespace assay::schema {

inline constexpr TensorSpec linear_inputs[] = {
    {.name = "x", .kind = floating, .shape = "tokens d_in"},
    {.name = "w", .kind = floating, .shape = "d_out d_in", .weight = true},
    {.name = "b", .kind = floating, .shape = "d_out", .optional = true, .weight = true},
};

inline constexpr TensorSpec linear_outputs[] = {
    {.name = "y", .kind = floating, .shape = "tokens d_out"}};

inline constexpr OpSchema linear = {.name = "linear",
                                    .inputs = linear_inputs,
                                    .outputs = linear_outputs,
                                    .attributes = {},
                                    .batch_word = "tokens"};

}  // namespace assay::schema
