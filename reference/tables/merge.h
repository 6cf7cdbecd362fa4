// SPDX-License-Identifier: Apache-2.0
// What merge takes and gives; merge.md says what it means.
#pragma once

#include "reference/tensor_spec.h"

namespace assay::schema {

inline constexpr TensorSpec merge_inputs[] = {
    {.name = "partial_out", .kind = floating, .shape = "parts rows d_model"},
    {.name = "partial_lse", .kind = floating, .shape = "parts rows"},
};

inline constexpr TensorSpec merge_outputs[] = {
    {.name = "out", .kind = floating, .shape = "rows d_model"},
    {.name = "lse", .kind = floating, .shape = "rows"},
};

inline constexpr AttributeSpec merge_attributes[] = {
    {"base", AttributeKind::string, "e", "e|2"},
};

inline constexpr OpSchema merge = {.name = "merge",
                                   .inputs = merge_inputs,
                                   .outputs = merge_outputs,
                                   .attributes = merge_attributes,
                                   .batch_word = "rows"};

}  // namespace assay::schema
