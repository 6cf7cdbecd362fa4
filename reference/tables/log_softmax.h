// SPDX-License-Identifier: Apache-2.0
// What log_softmax takes and gives; log_softmax.md says what it means.
#pragma once

#include "reference/tensor_spec.h"

namespace assay::schema {

inline constexpr TensorSpec log_softmax_inputs[] = {
    {.name = "x", .kind = floating, .shape = "rows row_len"},
};

inline constexpr TensorSpec log_softmax_outputs[] = {
    {.name = "log_probs", .kind = floating, .shape = "rows row_len"},
};

inline constexpr AttributeSpec log_softmax_attributes[] = {
    {"temperature", AttributeKind::f64, "1", ""},
};

inline constexpr OpSchema log_softmax = {.name = "log_softmax",
                                         .inputs = log_softmax_inputs,
                                         .outputs = log_softmax_outputs,
                                         .attributes = log_softmax_attributes,
                                         .batch_word = "rows"};

}  // namespace assay::schema
