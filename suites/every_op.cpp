// SPDX-License-Identifier: Apache-2.0
#include "suites/every_op.h"

#include "suites/own_case.h"

namespace assay::suites {
namespace {

/// As --case takes them; what is not said is ordinary.
constexpr const char* texts[] = {
    "linear tokens=128 d_in=768 d_out=768 b",
    "lora tokens=128 d_in=768 d_out=768 rank=16",
    "lora_merge d_in=768 d_out=768 rank=16",
    "softmax rows=512 row_len=768",
    "log_softmax rows=64 row_len=8192",
    "log_sum_exp rows=512 row_len=768",
    "merge parts=8 rows=512 d_model=64",
    "layer_norm tokens=512 d_model=768 bias",
    "rms_norm tokens=512 d_model=768",
    "embedding tokens=512 d_model=768 vocab_size=8192",
    "learned_positions tokens=512 d_model=768 table_len=1024",
    "sinusoidal_positions tokens=512 d_model=768",
    "rope batch=1 n_heads=12 seq_len=512 head_dim=64",
    "alibi n_heads=12 seq_len=512 kv_len=512",
    "t5_bias n_heads=12 seq_len=256 kv_len=256 n_buckets=32",
    "qkv_projection batch=1 seq_len=128 d_model=768 n_heads=12 n_kv_heads=12 head_dim=64",
    "attention batch=1 n_heads=12 n_kv_heads=12 seq_len=256 kv_len=256 head_dim=64 v_head_dim=64 "
    "causal=bottom_right",
    "cached_attention batch=1 n_heads=12 n_kv_heads=12 seq_len=1 capacity=512 head_dim=64 "
    "v_head_dim=64",
    "activation tokens=512 d_model=3072 form=gelu_tanh",
    "gated_activation tokens=512 d_ff=3072",
    "feed_forward tokens=128 d_model=256 d_ff=1024",
    "mixture_of_experts tokens=128 d_model=256 d_ff=512 n_experts=8",
    "block seq_len=128 d_model=256 d_ff=1024 n_heads=4 n_kv_heads=4 head_dim=64",
    "encoder n_layers=2 seq_len=128 d_model=256 d_ff=1024 n_heads=4 n_kv_heads=4 head_dim=64 "
    "vocab_size=1000",
    "decoder n_layers=2 seq_len=128 d_model=256 d_ff=1024 n_heads=4 n_kv_heads=4 head_dim=64 "
    "vocab_size=1000",
    "encoder_decoder n_layers=2 n_encoder_layers=2 seq_len=64 memory_len=128 d_model=256 "
    "d_ff=1024 n_heads=4 n_kv_heads=4 head_dim=64 vocab_size=1000",
    "unembedding tokens=64 d_model=768 vocab_size=8192",
    "pooling batch=64 seq_len=128 d_model=768 form=mean",
    "classification_head batch=64 d_model=768 d_hidden=768 n_labels=8 w_dense",
    "span_head batch=8 seq_len=384 d_model=768",
    "cross_entropy tokens=64 vocab_size=8192",
    "language_model_loss batch=4 seq_len=32 vocab_size=8192",
    "penalties rows=8 vocab_size=8192 history_len=128",
    "draw rows=8 vocab_size=8192",
    "sampling rows=1 vocab_size=50257 temperature=0.75 top_k=40 top_p=0.9375",
    "beam_search rows=2 n_beams=4 vocab_size=64 max_len=8",
};

}  // namespace

std::vector<fixtures::CaseRecipe> shape_of_every_op() {
  std::vector<fixtures::CaseRecipe> shapes;
  for (const char* text : texts) shapes.push_back(own_recipe(text, {"f32"}));
  return shapes;
}

}  // namespace assay::suites
