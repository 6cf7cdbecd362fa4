// SPDX-License-Identifier: Apache-2.0
#include "suites/shared_work.h"

#include <utility>

#include "suites/own_case.h"
#include "suites/sampled_check.h"

namespace assay::suites {
namespace {

constexpr std::pair<const char*, const char*> shapes[] = {
    {"large", "linear tokens=37 d_in=193 d_out=131 b"},
    {"large-one-token", "linear tokens=1 d_in=1025 d_out=515"},
    {"large", "lora tokens=29 d_in=161 d_out=131 rank=9"},
    {"large", "softmax rows=37 row_len=1031"},
    {"large", "log_softmax rows=37 row_len=1031"},
    {"large", "log_sum_exp rows=37 row_len=1031"},
    {"large", "layer_norm tokens=61 d_model=521 weight bias"},
    {"large", "rms_norm tokens=61 d_model=521 weight"},
    {"large", "rope batch=3 n_heads=5 seq_len=67 head_dim=40"},
    {"large",
     "attention batch=3 n_heads=6 n_kv_heads=2 seq_len=37 kv_len=71 head_dim=40 "
     "v_head_dim=24 causal=bottom_right"},
    {"large-one-query",
     "attention batch=2 n_heads=6 n_kv_heads=6 seq_len=1 kv_len=517 head_dim=40 "
     "v_head_dim=40"},
    {"large",
     "cached_attention batch=3 n_heads=6 n_kv_heads=2 seq_len=23 capacity=41 head_dim=40 "
     "v_head_dim=24 cache_len=7"},
    {"large", "activation tokens=67 d_model=521"},
    {"large", "gated_activation tokens=67 d_ff=521"},
    {"large", "feed_forward tokens=29 d_model=67 d_ff=131 w_gate"},
    {"large", "mixture_of_experts tokens=23 d_model=37 d_ff=67 n_experts=5"},
    {"large", "block batch=3 seq_len=19 d_model=60 d_ff=97 n_heads=6 n_kv_heads=2 head_dim=10"},
    {"large",
     "encoder batch=3 seq_len=17 d_model=60 d_ff=97 n_heads=6 n_kv_heads=6 head_dim=10 "
     "n_layers=2 vocab_size=101"},
    {"large",
     "decoder batch=3 seq_len=17 d_model=60 d_ff=97 n_heads=6 n_kv_heads=2 head_dim=10 "
     "n_layers=2 vocab_size=101 position_encoding=rope"},
    {"large",
     "encoder_decoder batch=2 seq_len=13 memory_len=17 d_model=60 d_ff=97 n_heads=6 "
     "n_kv_heads=6 head_dim=10 n_layers=2 n_encoder_layers=2 vocab_size=101"},
    {"large", "unembedding tokens=19 d_model=67 vocab_size=521"},
    {"large",
     "sampling rows=5 vocab_size=5003 temperature=0.75 top_k=40 top_p=0.9375 seed=7 "
     "stream=counting"},
};

}  // namespace

std::vector<fixtures::Case> shared_work_cases() {
  std::vector<fixtures::Case> cases;
  for (const auto& [id, shape] : shapes) {
    fixtures::CaseRecipe recipe = own_recipe(shape, {"f32", "f64"});
    recipe.id = id;
    cases.push_back(without_answers(recipe));
    cases.back().clauses.clear();
  }
  return cases;
}

}  // namespace assay::suites
