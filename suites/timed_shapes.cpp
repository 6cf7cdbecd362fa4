// SPDX-License-Identifier: Apache-2.0
// The list.
#include "suites/timed_shapes.h"

namespace assay::suites {
namespace {

using fixtures::CaseRecipe;
using fixtures::normal;

CaseRecipe shape(std::string op, std::string id, std::vector<fixtures::InputRecipe> inputs,
                 std::vector<std::pair<std::string, std::string>> attributes = {}) {
  CaseRecipe recipe;
  recipe.op = std::move(op);
  recipe.id = std::move(id);
  recipe.why = "a shape of a small decoder, for its speed";
  recipe.clauses = {recipe.op + ".speed"};
  recipe.classes = {"f32"};
  recipe.attributes = std::move(attributes);
  recipe.inputs = std::move(inputs);
  return recipe;
}

CaseRecipe linear(std::int64_t tokens, std::int64_t d_in, std::int64_t d_out) {
  return shape("linear",
               std::to_string(tokens) + "x" + std::to_string(d_in) + "x" + std::to_string(d_out),
               {{"x", {tokens, d_in}, normal()},
                {"w", {d_out, d_in}, normal(0.02)},
                {"b", {d_out}, normal(0.1)}});
}

CaseRecipe attention(std::string id, std::int64_t seq_len, std::int64_t kv_len,
                     const std::string& causal) {
  constexpr std::int64_t n_heads = 12, head_dim = 64;
  return shape("attention", std::move(id),
               {{"q", {1, n_heads, seq_len, head_dim}, normal()},
                {"k", {1, n_heads, kv_len, head_dim}, normal()},
                {"v", {1, n_heads, kv_len, head_dim}, normal()}},
               {{"causal", causal}});
}

}  // namespace

std::vector<CaseRecipe> timed_shapes() {
  return {
      linear(128, 768, 768),
      linear(1, 768, 3072),
      attention("causal-128-12x64", 128, 128, "bottom_right"),
      attention("causal-512-12x64", 512, 512, "bottom_right"),
      attention("decode-2048-12x64", 1, 2048, "bottom_right"),
      shape("softmax", "512x768", {{"x", {512, 768}, normal(3)}}),
      shape("layer_norm", "512x768",
            {{"x", {512, 768}, normal()},
             {"weight", {768}, normal(0.25, 1)},
             {"bias", {768}, normal(0.25)}}),
      shape("rms_norm", "512x768",
            {{"x", {512, 768}, normal()}, {"weight", {768}, normal(0.25, 1)}}),
      shape("rope", "512-12x64",
            {{"x", {1, 12, 512, 64}, normal()}, {"positions", {1, 512}, fixtures::counting()}}),
      shape("sampling", "1x50257",
            {{"logits", {1, 50257}, normal(2)}, {"stream", {1}, fixtures::counting()}},
            {{"temperature", "0.75"}, {"top_k", "40"}, {"top_p", "0.9375"}, {"seed", "7"}}),
  };
}

}  // namespace assay::suites
