// SPDX-License-Identifier: Apache-2.0
// What block takes and gives; block.md says what it means.
#pragma once

#include "reference/tables/layer.h"

namespace assay::schema {

inline constexpr std::array block_inputs = joined(
    std::array{
        TensorSpec{.name = "x", .kind = floating, .shape = "batch seq_len d_model"},
        TensorSpec{.name = "positions", .kind = i64, .shape = "batch seq_len"},
        TensorSpec{.name = "lengths", .kind = i64, .shape = "batch", .optional = true},
        TensorSpec{.name = "left_padding", .kind = i64, .shape = "batch", .optional = true},
        TensorSpec{.name = "memory",
                   .kind = floating,
                   .shape = "batch memory_len d_model",
                   .optional = true},
        TensorSpec{.name = "memory_lengths", .kind = i64, .shape = "batch", .optional = true},
        TensorSpec{.name = "relative_bias",
                   .kind = floating,
                   .shape = "n_buckets n_heads",
                   .optional = true,
                   .weight = true}},
    layer_weights, all_optional(cross_weights));

inline constexpr std::array block_outputs = {
    TensorSpec{.name = "y", .kind = floating, .shape = "batch seq_len d_model"},
    TensorSpec{.name = "tap.attention_norm",
               .kind = floating,
               .shape = "batch seq_len d_model",
               .optional = true},
    TensorSpec{.name = "tap.attention",
               .kind = floating,
               .shape = "batch seq_len d_model",
               .optional = true},
    TensorSpec{.name = "tap.after_attention",
               .kind = floating,
               .shape = "batch seq_len d_model",
               .optional = true},
    TensorSpec{
        .name = "tap.cross", .kind = floating, .shape = "batch seq_len d_model", .optional = true},
    TensorSpec{.name = "tap.feed_forward_norm",
               .kind = floating,
               .shape = "batch seq_len d_model",
               .optional = true},
    TensorSpec{.name = "tap.feed_forward",
               .kind = floating,
               .shape = "batch seq_len d_model",
               .optional = true},
};

inline constexpr std::array block_attributes = joined(
    layer_attributes, std::array{AttributeSpec{"causal", AttributeKind::boolean, "true", ""}});

inline constexpr OpSchema block = {.name = "block",
                                   .inputs = block_inputs,
                                   .outputs = block_outputs,
                                   .attributes = block_attributes,
                                   .batch_word = "batch",
                                   .composite = true};

}  // namespace assay::schema
