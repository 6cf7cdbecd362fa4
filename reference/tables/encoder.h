// SPDX-License-Identifier: Apache-2.0
// What encoder takes and gives; encoder.md says what it means.
#pragma once

#include "reference/tables/layer.h"

namespace assay::schema {

inline constexpr std::string_view encoder_layers = "layers.*.", encoder_count = "n_layers";

inline constexpr std::array encoder_inputs = joined(
    std::array{
        TensorSpec{.name = "ids", .kind = i64, .shape = "batch seq_len"},
        TensorSpec{.name = "positions", .kind = i64, .shape = "batch seq_len"},
        TensorSpec{.name = "lengths", .kind = i64, .shape = "batch", .optional = true},
        TensorSpec{.name = "left_padding", .kind = i64, .shape = "batch", .optional = true},
        TensorSpec{.name = "segment_ids", .kind = i64, .shape = "batch seq_len", .optional = true},
        TensorSpec{.name = "embedding.tokens",
                   .kind = floating,
                   .shape = "vocab_size d_model",
                   .weight = true},
        TensorSpec{.name = "embedding.positions",
                   .kind = floating,
                   .shape = "table_len d_model",
                   .optional = true,
                   .weight = true},
        TensorSpec{.name = "embedding.segments",
                   .kind = floating,
                   .shape = "n_segments d_model",
                   .optional = true,
                   .weight = true},
        TensorSpec{.name = "embedding.norm.weight",
                   .kind = floating,
                   .shape = "d_model",
                   .optional = true,
                   .weight = true},
        TensorSpec{.name = "embedding.norm.bias",
                   .kind = floating,
                   .shape = "d_model",
                   .optional = true,
                   .weight = true},
        TensorSpec{.name = "relative_bias",
                   .kind = floating,
                   .shape = "n_buckets n_heads",
                   .optional = true,
                   .weight = true}},
    prefixed<layer_weights, encoder_layers, encoder_count>,
    std::array{TensorSpec{.name = "final_norm.weight",
                          .kind = floating,
                          .shape = "d_model",
                          .optional = true,
                          .weight = true},
               TensorSpec{.name = "final_norm.bias",
                          .kind = floating,
                          .shape = "d_model",
                          .optional = true,
                          .weight = true}});

inline constexpr std::array encoder_outputs = {
    TensorSpec{.name = "hidden", .kind = floating, .shape = "batch seq_len d_model"},
    TensorSpec{.name = "tap.embedding",
               .kind = floating,
               .shape = "batch seq_len d_model",
               .optional = true},
    TensorSpec{.name = "tap.layers.*.attention_norm",
               .kind = floating,
               .shape = "batch seq_len d_model",
               .optional = true,
               .repeated = "n_layers"},
    TensorSpec{.name = "tap.layers.*.attention",
               .kind = floating,
               .shape = "batch seq_len d_model",
               .optional = true,
               .repeated = "n_layers"},
    TensorSpec{.name = "tap.layers.*.after_attention",
               .kind = floating,
               .shape = "batch seq_len d_model",
               .optional = true,
               .repeated = "n_layers"},
    TensorSpec{.name = "tap.layers.*.feed_forward_norm",
               .kind = floating,
               .shape = "batch seq_len d_model",
               .optional = true,
               .repeated = "n_layers"},
    TensorSpec{.name = "tap.layers.*.feed_forward",
               .kind = floating,
               .shape = "batch seq_len d_model",
               .optional = true,
               .repeated = "n_layers"},
    TensorSpec{.name = "tap.layers.*.out",
               .kind = floating,
               .shape = "batch seq_len d_model",
               .optional = true,
               .repeated = "n_layers"},
};

inline constexpr std::array encoder_attributes = joined(
    std::array{AttributeSpec{"n_layers", AttributeKind::i64, "1", ""}}, layer_attributes,
    std::array{AttributeSpec{"windows", AttributeKind::i64_list, "", ""},
               AttributeSpec{"embedding_scale", AttributeKind::string, "none", "none|sqrt_d_model"},
               AttributeSpec{"position_offset", AttributeKind::i64, "0", ""}});

inline constexpr OpSchema encoder = {.name = "encoder",
                                     .inputs = encoder_inputs,
                                     .outputs = encoder_outputs,
                                     .attributes = encoder_attributes,
                                     .batch_word = "batch",
                                     .composite = true};

}  // namespace assay::schema
