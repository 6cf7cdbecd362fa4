// SPDX-License-Identifier: Apache-2.0
// What every operation takes and gives: one constexpr table per op, in tables/. The tables in the
// op pages repeat these, and a test compares the two.
#pragma once

#include "reference/tables/activation.h"
#include "reference/tables/alibi.h"
#include "reference/tables/attention.h"
#include "reference/tables/beam_search.h"
#include "reference/tables/block.h"
#include "reference/tables/cached_attention.h"
#include "reference/tables/classification_head.h"
#include "reference/tables/cross_entropy.h"
#include "reference/tables/decoder.h"
#include "reference/tables/draw.h"
#include "reference/tables/embedding.h"
#include "reference/tables/encoder.h"
#include "reference/tables/encoder_decoder.h"
#include "reference/tables/feed_forward.h"
#include "reference/tables/gated_activation.h"
#include "reference/tables/language_model_loss.h"
#include "reference/tables/layer_norm.h"
#include "reference/tables/learned_positions.h"
#include "reference/tables/linear.h"
#include "reference/tables/log_softmax.h"
#include "reference/tables/log_sum_exp.h"
#include "reference/tables/lora.h"
#include "reference/tables/lora_merge.h"
#include "reference/tables/merge.h"
#include "reference/tables/mixture_of_experts.h"
#include "reference/tables/penalties.h"
#include "reference/tables/pooling.h"
#include "reference/tables/qkv_projection.h"
#include "reference/tables/rms_norm.h"
#include "reference/tables/rope.h"
#include "reference/tables/sampling.h"
#include "reference/tables/sinusoidal_positions.h"
#include "reference/tables/softmax.h"
#include "reference/tables/span_head.h"
#include "reference/tables/t5_bias.h"
#include "reference/tables/unembedding.h"

namespace assay {
namespace schema {

// clang-format off: one op a line
inline constexpr OpSchema ops[] = {
    linear,
    lora,
    lora_merge,
    softmax,
    log_softmax,
    log_sum_exp,
    merge,
    layer_norm,
    rms_norm,
    embedding,
    learned_positions,
    sinusoidal_positions,
    rope,
    alibi,
    t5_bias,
    qkv_projection,
    attention,
    cached_attention,
    activation,
    gated_activation,
    feed_forward,
    mixture_of_experts,
    block,
    encoder,
    decoder,
    encoder_decoder,
    unembedding,
    pooling,
    classification_head,
    span_head,
    cross_entropy,
    language_model_loss,
    penalties,
    draw,
    sampling,
    beam_search,
};
// clang-format on

}  // namespace schema

constexpr const OpSchema* find_op(std::string_view name) {
  for (const OpSchema& op : schema::ops)
    if (op.name == name) return &op;
  return nullptr;
}

}  // namespace assay
