// SPDX-License-Identifier: Apache-2.0
// What sampling takes and gives; sampling.md says what it means.
#pragma once

#include "reference/tensor_spec.h"

namespace assay::schema {

inline constexpr TensorSpec sampling_inputs[] = {
    {.name = "logits", .kind = floating, .shape = "rows vocab_size"},
    {.name = "stream", .kind = i64, .shape = "rows"},
    {.name = "history", .kind = i64, .shape = "rows history_len", .optional = true},
};

inline constexpr TensorSpec sampling_outputs[] = {
    {.name = "token", .kind = i64, .shape = "rows"},
    {.name = "kept", .kind = boolean, .shape = "rows vocab_size", .optional = true},
    {.name = "probs", .kind = floating, .shape = "rows vocab_size", .optional = true},
};

inline constexpr AttributeSpec sampling_attributes[] = {
    {"repetition_penalty", AttributeKind::f64, "1", ""},
    {"presence_penalty", AttributeKind::f64, "0", ""},
    {"frequency_penalty", AttributeKind::f64, "0", ""},
    {"temperature", AttributeKind::f64, "1", ""},
    {"top_k", AttributeKind::i64, "0", ""},      // 0: no limit
    {"top_p", AttributeKind::f64, "1", ""},      // 1: no limit
    {"min_p", AttributeKind::f64, "0", ""},      // 0: no limit
    {"typical_p", AttributeKind::f64, "1", ""},  // 1: no limit
    {"order", AttributeKind::string, "penalties,temperature,top_k,top_p,min_p,typical_p", ""},
    {"seed", AttributeKind::i64, "0", ""},
    {"step", AttributeKind::i64, "0", ""},
};

inline constexpr OpSchema sampling = {.name = "sampling",
                                      .inputs = sampling_inputs,
                                      .outputs = sampling_outputs,
                                      .attributes = sampling_attributes,
                                      .batch_word = "rows",
                                      .discontinuous = true};

}  // namespace assay::schema
