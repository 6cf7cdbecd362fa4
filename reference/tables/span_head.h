// SPDX-License-Identifier: Apache-2.0
// What span_head takes and gives; span_head.md says what it means.
#pragma once

#include "reference/tensor_spec.h"

namespace assay::schema {

inline constexpr TensorSpec span_head_inputs[] = {
    {.name = "x", .kind = floating, .shape = "batch seq_len d_model"},
    {.name = "w", .kind = floating, .shape = "2 d_model", .weight = true},
    {.name = "b", .kind = floating, .shape = "2", .optional = true, .weight = true},
    {.name = "keep", .kind = boolean, .shape = "batch seq_len", .optional = true},
};

inline constexpr TensorSpec span_head_outputs[] = {
    {.name = "start", .kind = floating, .shape = "batch seq_len"},
    {.name = "end", .kind = floating, .shape = "batch seq_len"},
};

inline constexpr OpSchema span_head = {.name = "span_head",
                                       .inputs = span_head_inputs,
                                       .outputs = span_head_outputs,
                                       .attributes = {},
                                       .batch_word = "batch"};

}  // namespace assay::schema
