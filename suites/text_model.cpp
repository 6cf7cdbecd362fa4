// SPDX-License-Identifier: Apache-2.0
#include "suites/text_model.h"

#include <stdexcept>

#include "fixtures/model_recipe.h"
#include "reference/shape.h"

namespace assay::suites {
namespace {

using fixtures::Array;
using fixtures::Case;
using fixtures::LayerParts;
using fixtures::ModelRecipe;
using fixtures::ModelSizes;

constexpr ModelSizes sizes = {.batch = 1, .seq_len = 1, .memory_len = 1, .table_len = 40};

ModelRecipe recipe_of(const char* op, const char* name) {
  ModelRecipe recipe(op, name, "Writes a text.", {"decoder.causal"}, sizes);
  recipe.ids().token_table();
  return recipe;
}

TextModel decoder_only(const ModelRecipe& recipe) {
  const fixtures::CaseRecipe made = recipe.done();
  return {made.id, false, fixtures::draw_case(made)};
}

TextModel gpt2() {
  ModelRecipe recipe = recipe_of("decoder", "gpt2");
  recipe.position_table().layers(
      {.norm_bias = true, .projection_bias = true, .output_bias = true, .feed_forward_bias = true});
  return decoder_only(recipe.norm("final_norm", true));
}

TextModel llama() {
  ModelRecipe recipe = recipe_of("decoder", "llama");
  recipe.attribute("norm", "rms_norm").attribute("position_encoding", "rope");
  recipe.attribute("activation", "silu").layers({.gate = true});
  return decoder_only(recipe.norm("final_norm", false).unembedding());
}

TextModel alibi() {
  ModelRecipe recipe = recipe_of("decoder", "alibi");
  recipe.attribute("position_encoding", "alibi").attribute("window", "6");
  recipe.layers({.norm_bias = true});
  return decoder_only(recipe.norm("final_norm", true));
}

TextModel reads_and_writes(ModelRecipe recipe, LayerParts parts) {
  recipe.input("encoder_ids", {1, 1}, fixtures::integers_below(sizes.vocab_size));
  recipe.input("encoder_positions", {1, 1}, fixtures::counting());
  recipe.layers(parts, "encoder.");
  parts.cross = true;
  const fixtures::CaseRecipe made = recipe.layers(parts, "decoder.").done();
  return {made.id, true, fixtures::draw_case(made)};
}

TextModel original() {
  ModelRecipe recipe = recipe_of("encoder_decoder", "original-2017");
  recipe.attribute("norm_placement", "post").attribute("activation", "relu");
  recipe.attribute("position_encoding", "sinusoidal").attribute("embedding_scale", "sqrt_d_model");
  return reads_and_writes(
      recipe,
      {.norm_bias = true, .projection_bias = true, .output_bias = true, .feed_forward_bias = true});
}

TextModel t5() {
  ModelRecipe recipe = recipe_of("encoder_decoder", "t5");
  recipe.relative_bias("encoder.").relative_bias("decoder.");
  recipe.norm("encoder.final_norm", false).norm("decoder.final_norm", false);
  recipe.attribute("norm", "rms_norm").attribute("activation", "relu");
  recipe.attribute("scale_rule", "none").attribute("relative_max_distance", "20");
  return reads_and_writes(recipe, {});
}

/// What a weight of the whole model is called in the op of one of its sides; empty: not there.
std::string name_on_side(const std::string& name, const std::string& side) {
  if (name.starts_with(side)) return name.substr(side.size());
  if (name.starts_with("encoder.") || name.starts_with("decoder.")) return "";
  return name;
}

/// A call of `op` with the attributes and weights of the model that it knows, those of a side under
/// their names there.
Case call_of(const TextModel& model, const std::string& op, const std::string& side) {
  const OpSchema& schema = *find_op(op);
  Case call;
  call.op = op;
  call.id = model.name;
  call.classes = {"f32"};
  Attributes attributes;
  for (const AttributeSpec& spec : schema.attributes) {
    const auto given = model.parts.attributes.find(spec.name);
    if (given != model.parts.attributes.end()) attributes.insert(*given);
  }
  if (op == "encoder" && model.parts.op == "encoder_decoder") {
    attributes.insert_or_assign("n_layers",
                                model.parts.attributes.find("n_encoder_layers")->second);
  }
  call.attributes = complete(schema, std::move(attributes));
  for (const auto& [name, array] : model.parts.inputs) {
    const std::string there = op == model.parts.op ? name : name_on_side(name, side);
    const TensorSpec* spec = find_named(schema.inputs, there);
    if (!there.empty() && spec != nullptr && spec->weight) call.inputs[there] = array;
  }
  return call;
}

Array integers(const std::vector<std::int64_t>& values) {
  Array array = Array::zeros(DType::i64, {static_cast<std::int64_t>(values.size())});
  std::copy(values.begin(), values.end(), array.as<std::int64_t>());
  return array;
}

void give(Case& call, const TokenBlock& block, const std::string& prefix) {
  call.inputs[prefix + "ids"] = block.ids;
  call.inputs[prefix + "positions"] = block.positions;
  if (!block.lengths.empty()) call.inputs[prefix + "lengths"] = integers(block.lengths);
  if (!block.left_padding.empty()) call.inputs["left_padding"] = integers(block.left_padding);
}

/// Completes a call with the outputs that it has.
Case with_outputs(Case call) {
  const OpSchema& op = *find_op(call.op);
  const NumberClass& number_class = *find_class("f32");
  const TensorTypes types = fixtures::input_types(call, number_class);
  const Words words = bind_words(op, number_class, call.attributes, types);
  for (const std::string& name : outputs_of_call(op, call.attributes, types, {})) {
    fixtures::Golden& output = call.outputs.emplace_back();
    output.name = name;
    output.want = {
        DType::f64, output_type(op, number_class, call.attributes, words, name).shape, {}};
  }
  return call;
}

}  // namespace

std::int64_t TextModel::vocab_size() const { return parts.inputs.at("embedding.tokens").shape[0]; }

std::vector<TextModel> text_models() { return {gpt2(), llama(), alibi(), original(), t5()}; }

Case encoder_call(const TextModel& model, const TokenBlock& sources) {
  Case call = call_of(model, "encoder", "encoder.");
  give(call, sources, "");
  return with_outputs(std::move(call));
}

TextCache empty_cache(const TextModel& model, std::int64_t batch, std::int64_t capacity) {
  const auto extent = [&](const char* name) {
    return std::get<std::int64_t>(model.parts.attributes.find(name)->second);
  };
  const Shape shape = {extent("n_layers"), batch, extent("n_kv_heads"), capacity,
                       extent("head_dim")};
  TextCache cache{Array::zeros(DType::f32, shape), Array::zeros(DType::f32, shape),
                  std::vector<std::int64_t>(static_cast<std::size_t>(batch), 0)};
  // What an earlier text left there must not be seen.
  for (Array* each : {&cache.k, &cache.v}) std::fill_n(each->as<float>(), each->count(), 1000.0f);
  return cache;
}

Case decoder_call(const TextModel& model, const TokenBlock& tokens, const TextCache* cache,
                  const TextMemory* memory) {
  Case call = call_of(model, "decoder", "decoder.");
  give(call, tokens, "");
  if (cache != nullptr) {
    call.inputs["cache_k"] = cache->k;
    call.inputs["cache_v"] = cache->v;
    call.inputs["cache_len"] = integers(cache->lengths);
  }
  if (memory != nullptr) {
    call.inputs["memory"] = memory->memory;
    call.inputs["memory_lengths"] = integers(memory->lengths);
  }
  return with_outputs(std::move(call));
}

Case both_sides_call(const TextModel& model, const TokenBlock& sources, const TokenBlock& tokens) {
  Case call = call_of(model, "encoder_decoder", "");
  give(call, sources, "encoder_");
  give(call, tokens, "");
  return with_outputs(std::move(call));
}

}  // namespace assay::suites
