// SPDX-License-Identifier: Apache-2.0
// What language_model_loss takes and gives; language_model_loss.md says what it means.
#pragma once

#include "reference/tensor_spec.h"

namespace assay::schema {

inline constexpr TensorSpec language_model_loss_inputs[] = {
    {.name = "logits", .kind = floating, .shape = "batch seq_len vocab_size"},
    {.name = "ids", .kind = i64, .shape = "batch seq_len"},
    {.name = "loss_mask", .kind = boolean, .shape = "batch seq_len", .optional = true},
};

inline constexpr TensorSpec language_model_loss_outputs[] = {
    {.name = "losses", .kind = floating, .shape = "batch seq_len"},
    {.name = "loss", .kind = floating, .shape = "1", .optional = true},
    {.name = "perplexity", .kind = floating, .shape = "1", .optional = true},
};

inline constexpr AttributeSpec language_model_loss_attributes[] = {
    {"objective", AttributeKind::string, "next_token", "next_token|masked"},
    {"end_token", AttributeKind::i64, "-1", ""},
    {"ignore_index", AttributeKind::i64, "-100", ""},
};

inline constexpr OpSchema language_model_loss = {.name = "language_model_loss",
                                                 .inputs = language_model_loss_inputs,
                                                 .outputs = language_model_loss_outputs,
                                                 .attributes = language_model_loss_attributes,
                                                 .batch_word = "batch"};

}  // namespace assay::schema
