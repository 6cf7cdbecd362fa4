// SPDX-License-Identifier: Apache-2.0
// What penalties takes and gives; penalties.md says what it means.
#pragma once

#include "reference/tensor_spec.h"

namespace assay::schema {

inline constexpr TensorSpec penalties_inputs[] = {
    {.name = "logits", .kind = floating, .shape = "rows vocab_size"},
    {.name = "history", .kind = i64, .shape = "rows history_len"},
};

inline constexpr TensorSpec penalties_outputs[] = {
    {.name = "penalised", .kind = floating, .shape = "rows vocab_size"},
};

inline constexpr AttributeSpec penalties_attributes[] = {
    {"repetition", AttributeKind::f64, "1", ""},
    {"presence", AttributeKind::f64, "0", ""},
    {"frequency", AttributeKind::f64, "0", ""},
};

inline constexpr OpSchema penalties = {.name = "penalties",
                                       .inputs = penalties_inputs,
                                       .outputs = penalties_outputs,
                                       .attributes = penalties_attributes,
                                       .batch_word = "rows"};

}  // namespace assay::schema
