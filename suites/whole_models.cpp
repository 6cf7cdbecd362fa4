// SPDX-License-Identifier: Apache-2.0
#include "suites/whole_models.h"

#include <fmt/format.h>

#include "fixtures/model_recipe.h"

namespace assay::suites {
namespace {

using fixtures::CaseRecipe;
using fixtures::LayerParts;
using fixtures::ModelRecipe;
using fixtures::ModelSizes;

constexpr LayerParts gpt2_parts = {
    .norm_bias = true, .projection_bias = true, .output_bias = true, .feed_forward_bias = true};
constexpr ModelSizes gpt2_sizes = {.batch = 1,
                                   .d_model = 768,
                                   .d_ff = 3072,
                                   .vocab_size = 50257,
                                   .table_len = 1024,
                                   .n_heads = 12,
                                   .n_kv_heads = 12,
                                   .head_dim = 64,
                                   .n_layers = 12};
constexpr LayerParts llama_parts = {.gate = true};
constexpr ModelSizes llama_sizes = {.batch = 1,
                                    .d_model = 2048,
                                    .d_ff = 8192,
                                    .vocab_size = 32000,
                                    .n_heads = 32,
                                    .n_kv_heads = 8,
                                    .head_dim = 64,
                                    .n_layers = 2};

void like_gpt2(ModelRecipe& recipe) { recipe.attribute("activation", "gelu_tanh"); }
void like_llama(ModelRecipe& recipe) {
  recipe.attribute("activation", "silu")
      .attribute("norm", "rms_norm")
      .attribute("position_encoding", "rope")
      .attribute("rope_base", "500000");
}

struct Family {
  LayerParts parts;
  ModelSizes sizes;
  void (*describe)(ModelRecipe&);
  bool has_position_table;
};
constexpr Family gpt2 = {gpt2_parts, gpt2_sizes, like_gpt2, true};
constexpr Family llama = {llama_parts, llama_sizes, like_llama, false};

ModelRecipe begun(const std::string& op, std::string id, const Family& family,
                  std::int64_t tokens) {
  ModelSizes sizes = family.sizes;
  sizes.seq_len = tokens;
  ModelRecipe recipe = {op,
                        std::move(id),
                        "A model at the size in which it is used, for its speed.",
                        {op + ".speed"},
                        sizes};
  family.describe(recipe);
  return recipe;
}

CaseRecipe in_f32(const ModelRecipe& recipe) {
  CaseRecipe done = recipe.done();
  done.classes = {"f32"};
  return done;
}

CaseRecipe block(const Family& family, std::string id, std::int64_t tokens) {
  ModelRecipe recipe = begun("block", std::move(id), family, tokens);
  const ModelSizes& n = recipe.sizes();
  recipe.input("x", {n.batch, n.seq_len, n.d_model}, fixtures::normal());
  recipe.input("positions", {n.batch, n.seq_len}, fixtures::counting());
  return in_f32(recipe.layer("", family.parts));
}

/// Everything between the ids and the logits; `cache_len` tokens went before.
CaseRecipe whole(const Family& family, std::string id, std::int64_t tokens,
                 std::int64_t cache_len) {
  ModelRecipe recipe = begun("decoder", std::move(id), family, tokens);
  const ModelSizes& n = recipe.sizes();
  const auto past = static_cast<double>(cache_len);
  if (family.has_position_table) recipe.position_table();
  recipe.input("ids", {n.batch, n.seq_len}, fixtures::integers_below(n.vocab_size));
  recipe.input("positions", {n.batch, n.seq_len}, fixtures::positions_from({past}));
  recipe.token_table().layers(family.parts).norm("final_norm", family.parts.norm_bias);
  if (cache_len > 0) recipe.cache(cache_len + n.seq_len, {past});
  return in_f32(recipe);
}

}  // namespace

CaseRecipe gpt2_block(std::int64_t tokens) {
  return block(gpt2, fmt::format("gpt2-{}", tokens), tokens);
}
CaseRecipe gpt2_prefill_of(std::int64_t tokens) {
  return whole(gpt2, fmt::format("gpt2-prefill-{}", tokens), tokens, 0);
}
CaseRecipe gpt2_step_after(std::int64_t cache_len) {
  return whole(gpt2, fmt::format("gpt2-decode-{}", cache_len), 1, cache_len);
}

CaseRecipe llama_block(std::int64_t tokens) {
  return block(llama, fmt::format("llama-{}", tokens), tokens);
}
CaseRecipe llama_prefill_of(std::int64_t tokens) {
  return whole(llama, fmt::format("llama-2-layers-prefill-{}", tokens), tokens, 0);
}
CaseRecipe llama_step_after(std::int64_t cache_len) {
  return whole(llama, fmt::format("llama-2-layers-decode-{}", cache_len), 1, cache_len);
}

}  // namespace assay::suites
