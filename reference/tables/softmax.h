// SPDX-License-Identifier: Apache-2.0
// What softmax takes and gives; softmax.md says what it means.
#pragma once

#include "reference/tensor_spec.h"

namespace assay::schema {

inline constexpr TensorSpec softmax_inputs[] = {
    {.name = "x", .kind = floating, .shape = "rows row_len"},
    {.name = "sinks", .kind = floating, .shape = "rows", .optional = true}};

inline constexpr TensorSpec softmax_outputs[] = {
    {.name = "probs", .kind = floating, .shape = "rows row_len"}};

inline constexpr AttributeSpec softmax_attributes[] = {
    {"temperature", AttributeKind::f64, "1", ""},
    {"plus_one", AttributeKind::boolean, "false", ""}};

inline constexpr OpSchema softmax = {.name = "softmax",
                                     .inputs = softmax_inputs,
                                     .outputs = softmax_outputs,
                                     .attributes = softmax_attributes,
                                     .batch_word = "rows"};

}  // namespace assay::schema
