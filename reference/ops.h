// SPDX-License-Identifier: Apache-2.0
// All operations behind one door: the name of an op leads to its loops.
#pragma once

#include "reference/activation.h"
#include "reference/alibi.h"
#include "reference/attention.h"
#include "reference/beam_search.h"
#include "reference/block.h"
#include "reference/cached_attention.h"
#include "reference/classification_head.h"
#include "reference/cross_entropy.h"
#include "reference/decoder.h"
#include "reference/draw.h"
#include "reference/embedding.h"
#include "reference/encoder.h"
#include "reference/encoder_decoder.h"
#include "reference/feed_forward.h"
#include "reference/gated_activation.h"
#include "reference/language_model_loss.h"
#include "reference/layer_norm.h"
#include "reference/learned_positions.h"
#include "reference/linear.h"
#include "reference/log_softmax.h"
#include "reference/log_sum_exp.h"
#include "reference/lora.h"
#include "reference/lora_merge.h"
#include "reference/merge.h"
#include "reference/mixture_of_experts.h"
#include "reference/penalties.h"
#include "reference/pooling.h"
#include "reference/qkv_projection.h"
#include "reference/rms_norm.h"
#include "reference/rope.h"
#include "reference/sampling.h"
#include "reference/shape.h"
#include "reference/sinusoidal_positions.h"
#include "reference/softmax.h"
#include "reference/span_head.h"
#include "reference/t5_bias.h"
#include "reference/unembedding.h"

namespace assay::reference {

/// Computes every output that the call has. Throws CallError for what only the data can show, such
/// as an id outside its table.
template <class Number>
void evaluate(const Call<Number>& call) {
  if (call.op->name == "linear") return linear(call);
  if (call.op->name == "lora") return lora(call);
  if (call.op->name == "lora_merge") return lora_merge(call);
  if (call.op->name == "softmax") return softmax(call);
  if (call.op->name == "log_softmax") return log_softmax(call);
  if (call.op->name == "log_sum_exp") return log_sum_exp(call);
  if (call.op->name == "merge") return merge(call);
  if (call.op->name == "layer_norm") return layer_norm(call);
  if (call.op->name == "rms_norm") return rms_norm(call);
  if (call.op->name == "embedding") return embedding(call);
  if (call.op->name == "learned_positions") return learned_positions(call);
  if (call.op->name == "sinusoidal_positions") return sinusoidal_positions(call);
  if (call.op->name == "rope") return rope(call);
  if (call.op->name == "alibi") return alibi(call);
  if (call.op->name == "t5_bias") return t5_bias(call);
  if (call.op->name == "qkv_projection") return qkv_projection(call);
  if (call.op->name == "attention") return attention(call);
  if (call.op->name == "cached_attention") return cached_attention(call);
  if (call.op->name == "activation") return activation(call);
  if (call.op->name == "gated_activation") return gated_activation(call);
  if (call.op->name == "feed_forward") return feed_forward(call);
  if (call.op->name == "mixture_of_experts") return mixture_of_experts(call);
  if (call.op->name == "block") return block(call);
  if (call.op->name == "encoder") return encoder(call);
  if (call.op->name == "decoder") return decoder(call);
  if (call.op->name == "encoder_decoder") return encoder_decoder(call);
  if (call.op->name == "unembedding") return unembedding(call);
  if (call.op->name == "pooling") return pooling(call);
  if (call.op->name == "classification_head") return classification_head(call);
  if (call.op->name == "span_head") return span_head(call);
  if (call.op->name == "cross_entropy") return cross_entropy(call);
  if (call.op->name == "language_model_loss") return language_model_loss(call);
  if (call.op->name == "penalties") return penalties(call);
  if (call.op->name == "draw") return draw(call);
  if (call.op->name == "sampling") return sampling(call);
  if (call.op->name == "beam_search") return beam_search(call);
  throw CallError(std::string(call.op->name) + ": the reference has no loops for it");
}

}  // namespace assay::reference
