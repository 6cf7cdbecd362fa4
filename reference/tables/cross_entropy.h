// SPDX-License-Identifier: Apache-2.0
// What cross_entropy takes and gives; cross_entropy.md says what it means.
#pragma once

#include "reference/tensor_spec.h"

namespace assay::schema {

inline constexpr TensorSpec cross_entropy_inputs[] = {
    {.name = "logits", .kind = floating, .shape = "tokens vocab_size"},
    {.name = "labels", .kind = i64, .shape = "tokens"},
    {.name = "class_weights", .kind = floating, .shape = "vocab_size", .optional = true},
};

inline constexpr TensorSpec cross_entropy_outputs[] = {
    {.name = "losses", .kind = floating, .shape = "tokens"},
    {.name = "loss", .kind = floating, .shape = "1", .optional = true},
};

inline constexpr AttributeSpec cross_entropy_attributes[] = {
    {"ignore_index", AttributeKind::i64, "-100", ""},
    {"label_smoothing", AttributeKind::f64, "0", ""},
    {"reduction", AttributeKind::string, "mean", "mean|sum"},
};

inline constexpr OpSchema cross_entropy = {.name = "cross_entropy",
                                           .inputs = cross_entropy_inputs,
                                           .outputs = cross_entropy_outputs,
                                           .attributes = cross_entropy_attributes,
                                           .batch_word = "tokens"};

}  // namespace assay::schema
