// SPDX-License-Identifier: Apache-2.0
// Blocks and models with everything they can have, and every part taken away in turn.
#include "fixtures/model_recipe.h"
#include "suites/self/property_models.h"
#include "suites/self/property_toggles.h"

namespace assay::suites::self {
namespace {

using fixtures::LayerParts;
using fixtures::ModelRecipe;

constexpr LayerParts dense = {.norm_bias = true,
                              .post_norms = true,
                              .projection_bias = true,
                              .output_bias = true,
                              .feed_forward_bias = true,
                              .gate = true,
                              .qk_norm = true,
                              .sinks = true};
constexpr LayerParts routed = {.norm_bias = true, .gate = true, .experts = true};

/// One model with the parts of `parts` in each layer, and the prefixes of its layers.
struct Model {
  ModelRecipe recipe;
  std::vector<std::string> layers;
  bool has_memory = false;
};

Model model_of(const std::string& op, LayerParts parts) {
  Model model{ModelRecipe(op, "toggle", "A toggle.", {"block.residual"},
                          {.d_ff = 9, .n_layers = 1, .n_experts = 4}),
              {},
              op != "encoder"};
  ModelRecipe& recipe = model.recipe;
  recipe.attribute("norm_placement", "sandwich").attribute("position_encoding", "rope");
  if (op == "block") {
    parts.cross = true;
    recipe.input("x", {2, 7, 20}, fixtures::normal());
    recipe.input("positions", {2, 7}, fixtures::counting()).layer("", parts);
    model.layers = {""};
    return model;
  }
  recipe.ids().token_table();
  recipe.input("embedding.positions", {19, 20}, fixtures::normal());
  if (op == "encoder_decoder") {
    recipe.input("encoder_ids", {2, 5}, fixtures::integers_below(41));
    recipe.input("encoder_positions", {2, 5}, fixtures::counting()).layers(parts, "encoder.");
    parts.cross = true;
    recipe.layers(parts, "decoder.");
    recipe.norm("encoder.final_norm", true).norm("decoder.final_norm", true);
    model.layers = {"encoder.layers.0.", "decoder.layers.0."};
  } else {
    parts.cross = op == "decoder";
    recipe.layers(parts).norm("embedding.norm", true).norm("final_norm", true);
    model.layers = {"layers.0."};
  }
  if (op != "encoder") recipe.unembedding(true);
  return model;
}

/// The call with a memory where the op reads one as an input.
PropertyCall called(const Model& model) {
  PropertyCall call = drawn(model.recipe.done());
  if (call.op != "block" && call.op != "decoder") return call;
  return call.with("memory", normal({2, 5, 20}, 91)).with("memory_lengths", integers({2}, {5, 3}));
}

void toggle_layer_attributes(const PropertyCall& call, const PropertyCall& experts, Toggles& to) {
  const PropertyCall rms = call.with("norm", "rms_norm");
  const PropertyCall given = call.with("scale_rule", "given").with("scale", "0.75");
  const PropertyCall scaled = call.with("rope_scaling", "llama3")
                                  .with("rope_factor", "4")
                                  .with("rope_original_len", "16")
                                  .with("positions", counted({2, 7}, 90));
  const std::string bias = call.op == "encoder_decoder" ? "decoder.relative_bias" : "relative_bias";
  PropertyCall t5 = call.with("position_encoding", "t5").with(bias, normal({8, 4}, 92));
  if (call.op == "encoder_decoder") t5 = t5.with("encoder.relative_bias", normal({8, 4}, 93));
  for (AttributeToggle& each : std::vector<AttributeToggle>{
           {call, "norm", {"layer_norm", "rms_norm"}},
           {call, "norm_eps", {"0.00000762939453125", "0.5"}},
           {rms, "norm_weight_form", {"weight", "one_plus_weight"}},
           {call, "norm_placement", {"pre", "post", "sandwich"}},
           {call, "activation", {"relu", "gelu", "gelu_tanh", "gelu_quick", "silu", "none"}},
           {experts, "top_k", {"1", "2", "3"}},
           {experts, "renormalise", {"true", "false"}},
           {given, "scale_rule", {"rsqrt_head_dim", "given", "none"}},
           {given, "scale", {"1", "0.5"}},
           {call, "softcap", {"0", "1"}},
           {call, "window", {"-1", "1", "3"}},
           {call, "position_encoding", {"none", "rope", "alibi"}},
           {call, "rope_pairing", {"half", "interleaved"}},
           {call, "rope_dim", {"0", "2", "4"}},
           {call, "rope_base", {"10000", "500"}},
           {scaled, "rope_scaling", {"none", "linear", "ntk", "yarn", "llama3"}},
           {scaled, "rope_factor", {"2", "4"}},
           {scaled, "rope_original_len", {"16", "64"}},
           {t5, "relative_max_distance", {"6", "128"}}}) {
    to.attributes.push_back(std::move(each));
  }
  for (const char* extent : {"n_heads", "n_kv_heads", "head_dim"}) {
    const std::string fits = extent == std::string("n_kv_heads") ? "2"
                             : extent == std::string("n_heads")  ? "4"
                                                                 : "6";
    to.refusals.push_back({call, extent, fits, "3"});
  }
  to.needs.push_back({t5, bias});
  if (call.op == "encoder_decoder") to.needs.push_back({t5, "encoder.relative_bias"});
}

void toggle_norm(const PropertyCall& call, const std::string& name, Toggles& to) {
  to.inputs.push_back({call, {name + ".weight", name + ".bias"}});
  to.inputs.push_back({call, {name + ".bias"}});
}

void toggle_layer_weights(const PropertyCall& call, const PropertyCall& experts,
                          const std::string& prefix, bool cross, Toggles& to) {
  for (const char* norm :
       {"attention_norm", "attention_post_norm", "feed_forward_norm", "feed_forward_post_norm"}) {
    toggle_norm(call, prefix + norm, to);
  }
  for (const char* name : {"attention.b_q", "attention.b_k", "attention.b_v", "attention.b_o",
                           "attention.q_norm", "attention.k_norm", "attention.sinks",
                           "feed_forward.b_up", "feed_forward.b_gate", "feed_forward.b_down"}) {
    to.inputs.push_back({call, {prefix + name}});
  }
  const std::string part = prefix + "feed_forward.";
  to.inputs.push_back({call, {part + "w_gate", part + "b_gate"}});
  to.inputs.push_back({call,
                       {part + "w_up", part + "b_up", part + "w_gate", part + "b_gate",
                        part + "w_down", part + "b_down"}});
  to.inputs.push_back({experts, {part + "expert_w_gate"}});
  to.inputs.push_back(
      {experts,
       {part + "router", part + "expert_w_up", part + "expert_w_gate", part + "expert_w_down"}});
  if (!cross) return;
  toggle_norm(call, prefix + "cross_norm", to);
  for (const char* name : {"cross.b_q", "cross.b_v", "cross.b_o"}) {
    to.inputs.push_back({call, {prefix + name}});
  }
  // What every key of the memory has alike, the softmax takes out again; a cap leaves a trace.
  to.inputs.push_back({call.with("softcap", "1"), {prefix + "cross.b_k"}});
  if (call.op == "encoder_decoder") return;
  for (const char* name : {"cross.w_q", "cross.w_k", "cross.w_v", "cross.w_o"}) {
    to.needs.push_back({call, prefix + name});
  }
  to.inputs.push_back({call, {"memory", "memory_lengths"}});
  to.inputs.push_back({call, {"memory_lengths"}});
}

void toggle_model(const PropertyCall& call, Toggles& to) {
  const PropertyCall learned = call.with("position_encoding", "learned");
  to.attributes.push_back({call, "embedding_scale", {"none", "sqrt_d_model"}});
  to.attributes.push_back({learned, "position_offset", {"0", "2"}});
  to.attributes.push_back({learned, "position_encoding", {"none", "learned", "sinusoidal"}});
  to.needs.push_back({learned, "embedding.positions"});
  to.refusals.push_back({call, "n_layers", "1", "2"});
  to.inputs.push_back({call.with("lengths", integers({2}, {7, 4})), {"lengths"}});
  if (call.op == "encoder_decoder") {
    to.refusals.push_back({call, "n_encoder_layers", "1", "2"});
    to.inputs.push_back({call.with("encoder_lengths", integers({2}, {5, 2})), {"encoder_lengths"}});
    toggle_norm(call, "encoder.final_norm", to);
    toggle_norm(call, "decoder.final_norm", to);
  } else {
    to.attributes.push_back({call, "windows", {"", "1", "3"}});
    to.inputs.push_back({call.with("left_padding", integers({2}, {0, 3})), {"left_padding"}});
    toggle_norm(call, "embedding.norm", to);
    toggle_norm(call, "final_norm", to);
  }
  if (call.op == "encoder") {
    to.inputs.push_back(
        {call.with("segment_ids", integers({2, 7}, {0, 0, 1, 1, 2, 2, 2, 0, 1, 2, 0, 1, 2, 0}))
             .with("embedding.segments", normal({3, 20}, 94)),
         {"segment_ids", "embedding.segments"}});
    return;
  }
  to.attributes.push_back({call, "logit_scale", {"1", "0.5"}});
  to.attributes.push_back({call, "logit_softcap", {"0", "2"}});
  to.inputs.push_back({call, {"unembedding.w"}});
  to.inputs.push_back({call, {"unembedding.b"}});
}

void toggle_cache(const PropertyCall& call, Toggles& to) {
  const Shape cache = {1, 2, 2, 9, 6};
  const PropertyCall cached = call.with("cache_k", normal(cache, 95))
                                  .with("cache_v", normal(cache, 96))
                                  .with("cache_len", integers({2}, {2, 1}));
  for (const char* part : {"cache_k", "cache_v", "cache_len"}) to.needs.push_back({cached, part});
  to.refusals.push_back({cached.with("cache_len", integers({2}, {20, 3})).with("window", "3"),
                         "cache", "ring", "linear"});
  to.inputs.push_back({call.with("prefix_lengths", integers({2}, {3, 5})), {"prefix_lengths"}});
}

}  // namespace

Toggles toggles_of_models() {
  Toggles toggles;
  for (const char* op : {"block", "encoder", "decoder", "encoder_decoder"}) {
    const Model model = model_of(op, dense);
    const PropertyCall call = called(model), experts = called(model_of(op, routed));
    toggle_layer_attributes(call, experts, toggles);
    for (const std::string& prefix : model.layers) {
      toggle_layer_weights(call, experts, prefix, prefix != "encoder.layers.0." && model.has_memory,
                           toggles);
    }
    if (std::string(op) == "block") {
      toggles.attributes.push_back({call, "causal", {"true", "false"}});
      toggles.inputs.push_back({call.with("lengths", integers({2}, {7, 4})), {"lengths"}});
      toggles.inputs.push_back(
          {call.with("left_padding", integers({2}, {0, 3})), {"left_padding"}});
    } else {
      toggle_model(call, toggles);
    }
    if (std::string(op) == "decoder") toggle_cache(call, toggles);
  }
  return toggles;
}

}  // namespace assay::suites::self
