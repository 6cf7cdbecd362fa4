// SPDX-License-Identifier: Apache-2.0
// What encoder_decoder takes and gives; encoder_decoder.md says what it means.
#pragma once

#include "reference/tables/layer.h"

namespace assay::schema {

inline constexpr std::string_view both_encoder_layers = "encoder.layers.*.",
                                  both_encoder_count = "n_encoder_layers",
                                  both_decoder_layers = "decoder.layers.*.",
                                  both_decoder_count = "n_layers";

inline constexpr std::array encoder_decoder_inputs = joined(
    std::array{
        TensorSpec{.name = "encoder_ids", .kind = i64, .shape = "batch memory_len"},
        TensorSpec{.name = "encoder_positions", .kind = i64, .shape = "batch memory_len"},
        TensorSpec{.name = "encoder_lengths", .kind = i64, .shape = "batch", .optional = true},
        TensorSpec{.name = "ids", .kind = i64, .shape = "batch seq_len"},
        TensorSpec{.name = "positions", .kind = i64, .shape = "batch seq_len"},
        TensorSpec{.name = "lengths", .kind = i64, .shape = "batch", .optional = true},
        TensorSpec{.name = "embedding.tokens",
                   .kind = floating,
                   .shape = "vocab_size d_model",
                   .weight = true},
        TensorSpec{.name = "embedding.positions",
                   .kind = floating,
                   .shape = "table_len d_model",
                   .optional = true,
                   .weight = true},
        TensorSpec{.name = "encoder.relative_bias",
                   .kind = floating,
                   .shape = "n_buckets n_heads",
                   .optional = true,
                   .weight = true}},
    prefixed<layer_weights, both_encoder_layers, both_encoder_count>,
    std::array{TensorSpec{.name = "encoder.final_norm.weight",
                          .kind = floating,
                          .shape = "d_model",
                          .optional = true,
                          .weight = true},
               TensorSpec{.name = "encoder.final_norm.bias",
                          .kind = floating,
                          .shape = "d_model",
                          .optional = true,
                          .weight = true},
               TensorSpec{.name = "decoder.relative_bias",
                          .kind = floating,
                          .shape = "n_buckets n_heads",
                          .optional = true,
                          .weight = true}},
    prefixed<layer_weights, both_decoder_layers, both_decoder_count>,
    prefixed<cross_weights, both_decoder_layers, both_decoder_count>,
    std::array{TensorSpec{.name = "decoder.final_norm.weight",
                          .kind = floating,
                          .shape = "d_model",
                          .optional = true,
                          .weight = true},
               TensorSpec{.name = "decoder.final_norm.bias",
                          .kind = floating,
                          .shape = "d_model",
                          .optional = true,
                          .weight = true},
               TensorSpec{.name = "unembedding.w",
                          .kind = floating,
                          .shape = "vocab_size d_model",
                          .optional = true,
                          .weight = true},
               TensorSpec{.name = "unembedding.b",
                          .kind = floating,
                          .shape = "vocab_size",
                          .optional = true,
                          .weight = true}});

inline constexpr std::array encoder_decoder_outputs = {
    TensorSpec{.name = "logits", .kind = floating, .shape = "batch seq_len vocab_size"},
    TensorSpec{
        .name = "memory", .kind = floating, .shape = "batch memory_len d_model", .optional = true},
    TensorSpec{.name = "tap.encoder.layers.*.out",
               .kind = floating,
               .shape = "batch memory_len d_model",
               .optional = true,
               .repeated = "n_encoder_layers"},
    TensorSpec{.name = "tap.decoder.layers.*.out",
               .kind = floating,
               .shape = "batch seq_len d_model",
               .optional = true,
               .repeated = "n_layers"},
};

inline constexpr std::array encoder_decoder_attributes = joined(
    std::array{AttributeSpec{"n_encoder_layers", AttributeKind::i64, "1", ""},
               AttributeSpec{"n_layers", AttributeKind::i64, "1", ""}},
    layer_attributes,
    std::array{AttributeSpec{"embedding_scale", AttributeKind::string, "none", "none|sqrt_d_model"},
               AttributeSpec{"position_offset", AttributeKind::i64, "0", ""},
               AttributeSpec{"logit_scale", AttributeKind::f64, "1", ""},
               AttributeSpec{"logit_softcap", AttributeKind::f64, "0", ""}});

inline constexpr OpSchema encoder_decoder = {.name = "encoder_decoder",
                                             .inputs = encoder_decoder_inputs,
                                             .outputs = encoder_decoder_outputs,
                                             .attributes = encoder_decoder_attributes,
                                             .batch_word = "batch",
                                             .composite = true};

}  // namespace assay::schema
