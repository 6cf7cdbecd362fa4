// SPDX-License-Identifier: Apache-2.0
// The list. Shapes: GPT-2 small (A. Radford et al., 2019: 12 heads of 64, 768 -> 3072, 50257
// tokens) and one layer of Llama 7B (H. Touvron et al., 2023: 32 heads of 128, 4096 -> 11008; and
// with the 8 key/value heads of its successors).
#include "suites/timed_shapes.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <set>

#include "suites/every_op.h"
#include "suites/usage_error.h"
#include "suites/whole_models.h"

namespace assay::suites {
namespace {

using fixtures::CaseRecipe;
using fixtures::normal;

CaseRecipe shape(std::string op, std::string id, std::vector<fixtures::InputRecipe> inputs,
                 std::vector<std::pair<std::string, std::string>> attributes = {}) {
  CaseRecipe recipe;
  recipe.op = std::move(op);
  recipe.id = std::move(id);
  recipe.why = "a shape of a known model, for its speed";
  recipe.clauses = {recipe.op + ".speed"};
  recipe.classes = {"f32"};
  recipe.attributes = std::move(attributes);
  recipe.inputs = std::move(inputs);
  return recipe;
}

CaseRecipe linear(std::int64_t tokens, std::int64_t d_in, std::int64_t d_out) {
  return shape("linear", fmt::format("{}x{}x{}", tokens, d_in, d_out),
               {{"x", {tokens, d_in}, normal()},
                {"w", {d_out, d_in}, normal(0.02)},
                {"b", {d_out}, normal(0.1)}});
}

struct HeadsOfAttention {
  std::int64_t n_heads, n_kv_heads, head_dim;
};
constexpr HeadsOfAttention gpt2_heads = {12, 12, 64}, llama_heads = {32, 32, 128},
                           grouped_heads = {32, 8, 128};

CaseRecipe attention(const std::string& kind, HeadsOfAttention heads, std::int64_t seq_len,
                     std::int64_t kv_len, const std::string& causal = "bottom_right") {
  const auto [n_heads, n_kv_heads, head_dim] = heads;
  const std::string groups = n_kv_heads == n_heads ? "" : fmt::format("-kv{}", n_kv_heads);
  return shape("attention", fmt::format("{}-{}-{}x{}{}", kind, kv_len, n_heads, head_dim, groups),
               {{"q", {1, n_heads, seq_len, head_dim}, normal()},
                {"k", {1, n_kv_heads, kv_len, head_dim}, normal()},
                {"v", {1, n_kv_heads, kv_len, head_dim}, normal()}},
               {{"causal", causal}});
}
CaseRecipe prefill(HeadsOfAttention heads, std::int64_t seq_len) {
  return attention("causal", heads, seq_len, seq_len);
}
CaseRecipe decoding(HeadsOfAttention heads, std::int64_t cache_len) {
  return attention("decode", heads, 1, cache_len);
}

std::string extents(std::int64_t rows, std::int64_t columns) {
  return fmt::format("{}x{}", rows, columns);
}

CaseRecipe softmax(std::int64_t rows, std::int64_t row_len) {
  return shape("softmax", extents(rows, row_len), {{"x", {rows, row_len}, normal(3)}});
}
CaseRecipe layer_norm(std::int64_t tokens, std::int64_t d_model) {
  return shape("layer_norm", extents(tokens, d_model),
               {{"x", {tokens, d_model}, normal()},
                {"weight", {d_model}, normal(0.25, 1)},
                {"bias", {d_model}, normal(0.25)}});
}
CaseRecipe rms_norm(std::int64_t tokens, std::int64_t d_model) {
  return shape("rms_norm", extents(tokens, d_model),
               {{"x", {tokens, d_model}, normal()}, {"weight", {d_model}, normal(0.25, 1)}});
}
CaseRecipe gelu(std::int64_t tokens, std::int64_t d_ff) {
  return shape("activation", "gelu-tanh-" + extents(tokens, d_ff),
               {{"x", {tokens, d_ff}, normal()}}, {{"form", "gelu_tanh"}});
}
CaseRecipe swiglu(std::int64_t tokens, std::int64_t d_ff) {
  return shape("gated_activation", "silu-" + extents(tokens, d_ff),
               {{"x", {tokens, 2 * d_ff}, normal()}}, {{"form", "silu"}});
}
CaseRecipe rope(std::int64_t n_heads, std::int64_t seq_len, std::int64_t head_dim) {
  return shape("rope", fmt::format("{}-{}x{}", seq_len, n_heads, head_dim),
               {{"x", {1, n_heads, seq_len, head_dim}, normal()},
                {"positions", {1, seq_len}, fixtures::counting()}});
}
CaseRecipe sampling(std::int64_t vocab_size) {
  return shape("sampling", extents(1, vocab_size),
               {{"logits", {1, vocab_size}, normal(2)}, {"stream", {1}, fixtures::counting()}},
               {{"temperature", "0.75"}, {"top_k", "40"}, {"top_p", "0.9375"}, {"seed", "7"}});
}

Workload brief() {
  return {"brief",
          "a few shapes of a small decoder",
          {linear(128, 768, 768), linear(1, 768, 3072), prefill(gpt2_heads, 128),
           prefill(gpt2_heads, 512), decoding(gpt2_heads, 2048), softmax(512, 768),
           layer_norm(512, 768), rms_norm(512, 768), rope(12, 512, 64), sampling(50257)}};
}

Workload gpt2_prefill(std::int64_t tokens) {
  return {fmt::format("gpt2-prefill-{}", tokens),
          fmt::format("GPT-2 small, prefill of {} tokens", tokens),
          {linear(tokens, 768, 768), linear(tokens, 768, 3072), linear(tokens, 3072, 768),
           linear(tokens, 768, 50257), prefill(gpt2_heads, tokens), softmax(tokens, 768),
           layer_norm(tokens, 768), gelu(tokens, 3072)}};
}
Workload gpt2_decode(std::int64_t cache_len) {
  return {fmt::format("gpt2-decode-{}", cache_len),
          fmt::format("GPT-2 small, one token with {} in the cache", cache_len),
          {linear(1, 768, 768), linear(1, 768, 3072), linear(1, 3072, 768), linear(1, 768, 50257),
           decoding(gpt2_heads, cache_len), layer_norm(1, 768), sampling(50257)}};
}
Workload llama_prefill(std::int64_t tokens) {
  return {fmt::format("llama-prefill-{}", tokens),
          fmt::format("a layer of Llama 7B, prefill of {} tokens", tokens),
          {linear(tokens, 4096, 4096), linear(tokens, 4096, 11008), linear(tokens, 11008, 4096),
           prefill(llama_heads, tokens), prefill(grouped_heads, tokens), rms_norm(tokens, 4096),
           rope(32, tokens, 128), swiglu(tokens, 11008)}};
}
Workload llama_decode(std::int64_t cache_len) {
  return {fmt::format("llama-decode-{}", cache_len),
          fmt::format("a layer of Llama 7B, one token with {} in the cache", cache_len),
          {linear(1, 4096, 4096), linear(1, 4096, 11008), linear(1, 11008, 4096),
           decoding(llama_heads, cache_len), decoding(grouped_heads, cache_len), rms_norm(1, 4096),
           sampling(131072)}};
}

/// Products of a prefill and of decoding with factors of 16 bits, beside the same in f32.
Workload sixteen_bits() {
  Workload made = {"bf16", "products of a prefill and a step, in f32 and with factors of bf16", {}};
  for (CaseRecipe recipe : {linear(128, 768, 768), linear(512, 768, 3072), linear(512, 3072, 768),
                            linear(512, 4096, 4096), linear(1, 768, 3072), linear(1, 4096, 4096)}) {
    made.shapes.push_back(recipe);
    recipe.classes = {"bf16-mma"};
    made.shapes.push_back(std::move(recipe));
  }
  return made;
}

/// One thing grows and the rest stands, so that the growth of the cost can be seen.
Workload growth() {
  Workload made = {"growth", "cost against tokens and width", {}};
  for (const std::int64_t tokens : {64, 128, 256, 512, 1024, 2048, 4096, 8192})
    made.shapes.push_back(linear(tokens, 768, 768));
  for (const std::int64_t tokens : {64, 128, 256, 512, 1024, 2048, 4096, 8192})
    made.shapes.push_back(prefill(gpt2_heads, tokens));
  for (const std::int64_t width : {256, 512, 1024, 2048})
    made.shapes.push_back(linear(128, width, width));
  return made;
}

}  // namespace

const std::vector<Workload>& workloads() {
  static const std::vector<Workload> list = [] {
    std::vector<Workload> made = {brief()};
    for (const std::int64_t tokens : {128, 512, 2048}) made.push_back(gpt2_prefill(tokens));
    for (const std::int64_t cache_len : {128, 2048}) made.push_back(gpt2_decode(cache_len));
    for (const std::int64_t tokens : {128, 512, 2048}) made.push_back(llama_prefill(tokens));
    for (const std::int64_t cache_len : {128, 2048}) made.push_back(llama_decode(cache_len));
    made.push_back(growth());
    made.push_back(sixteen_bits());
    made.push_back({"ops", "a shape of every op", shape_of_every_op()});
    made.push_back({"model-gpt2",
                    "all of GPT-2 small, and one of its layers",
                    {gpt2_block(512), gpt2_prefill_of(512), gpt2_step_after(540)}});
    made.push_back({"model-llama",
                    "two layers as wide as Llama 3.2 1B, and one of them",
                    {llama_block(512), llama_prefill_of(512), llama_step_after(540)}});
    return made;
  }();
  return list;
}

std::vector<TimedShape> timed_shapes(const std::vector<std::string>& names) {
  std::vector<TimedShape> chosen;
  std::set<std::string> ids;
  for (const std::string& name : names) {
    bool is_known = false;
    for (const Workload& each : workloads()) {
      if (name != "all" && each.name != name && !each.name.starts_with(name + "-")) continue;
      is_known = true;
      for (const CaseRecipe& recipe : each.shapes)
        if (ids.insert(recipe.op + "/" + recipe.id + " " + recipe.classes.front()).second)
          chosen.push_back({recipe, each.meaning});
    }
    if (is_known) continue;
    std::vector<std::string> known;
    for (const Workload& each : workloads()) known.push_back(each.name);
    throw UsageError(fmt::format("no workload '{}'; known: {}, all", name, fmt::join(known, ", ")));
  }
  return chosen;
}

}  // namespace assay::suites
