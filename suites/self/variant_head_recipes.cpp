// SPDX-License-Identifier: Apache-2.0
// Random calls of what stands at both ends of a model, and of linear maps with a correction.
#include "suites/self/variant_recipes.h"

namespace assay::suites {
namespace {

std::int64_t i64(std::size_t value) { return static_cast<std::int64_t>(value); }

Values integers(Dice& dice, Shape shape, std::size_t sides) {
  Values made = dice.values(std::move(shape));
  for (double& each : made.numbers) each = static_cast<double>(dice.below(sides));
  return made;
}

void draw_factor(Dice& dice, CallRecipe& recipe) {
  recipe.attributes["alpha"] = dice.one_of({0.0, 1.0, 5.0});
  recipe.attributes["scaling"] =
      std::string(dice.one_of({"alpha_over_rank", "alpha_over_sqrt_rank"}));
}

CallRecipe embedding_recipe(Dice& dice, std::size_t tokens, std::size_t d_model) {
  CallRecipe recipe{"embedding", {}, {}, {"y"}};
  recipe.attributes["scale"] = std::string(dice.one_of({"none", "sqrt_d_model"}));
  recipe.inputs["ids"] = integers(dice, {i64(tokens)}, 11);
  recipe.inputs["table"] = dice.values({11, i64(d_model)});
  if (dice.half()) return recipe;
  recipe.inputs["segment_ids"] = integers(dice, {i64(tokens)}, 2);
  recipe.inputs["segment_table"] = dice.values({2, i64(d_model)});
  return recipe;
}

CallRecipe pooling_recipe(Dice& dice, std::size_t batch, std::size_t d_model) {
  CallRecipe recipe{"pooling", {}, {}, {"pooled"}};
  const std::size_t seq_len = 1 + dice.below(9), d_out = 1 + dice.below(9);
  recipe.attributes["form"] = std::string(dice.one_of({"first", "last", "mean", "max"}));
  recipe.attributes["activation"] = std::string(dice.one_of({"none", "tanh"}));
  recipe.inputs["x"] = dice.values({i64(batch), i64(seq_len), i64(d_model)});
  if (dice.half()) recipe.inputs["keep"] = integers(dice, {i64(batch), i64(seq_len)}, 2);
  if (dice.half()) return recipe;
  recipe.inputs["w"] = dice.values({i64(d_out), i64(d_model)});
  if (dice.half()) recipe.inputs["b"] = dice.values({i64(d_out)});
  recipe.outputs.emplace_back("y");
  return recipe;
}

CallRecipe classification_head_recipe(Dice& dice, std::size_t batch, std::size_t d_model) {
  CallRecipe recipe{"classification_head", {}, {}, {"logits"}};
  const bool has_dense = dice.half();
  const std::size_t d_hidden = has_dense ? 1 + dice.below(19) : d_model;
  const std::size_t n_labels = 1 + dice.below(9);
  recipe.attributes["activation"] = std::string(dice.one_of({"tanh", "relu", "gelu", "none"}));
  recipe.inputs["x"] = dice.values({i64(batch), i64(d_model)});
  recipe.inputs["w"] = dice.values({i64(n_labels), i64(d_hidden)});
  if (dice.half()) recipe.inputs["b"] = dice.values({i64(n_labels)});
  if (!has_dense) return recipe;
  recipe.inputs["w_dense"] = dice.values({i64(d_hidden), i64(d_model)});
  if (dice.half()) recipe.inputs["b_dense"] = dice.values({i64(d_hidden)});
  return recipe;
}

CallRecipe span_head_recipe(Dice& dice, std::size_t batch, std::size_t d_model) {
  CallRecipe recipe{"span_head", {}, {}, {"start", "end"}};
  const std::size_t seq_len = 1 + dice.below(9);
  recipe.inputs["x"] = dice.values({i64(batch), i64(seq_len), i64(d_model)});
  recipe.inputs["w"] = dice.values({2, i64(d_model)});
  if (dice.half()) recipe.inputs["b"] = dice.values({2});
  if (dice.half()) recipe.inputs["keep"] = integers(dice, {i64(batch), i64(seq_len)}, 2);
  return recipe;
}

CallRecipe lora_merge_recipe(Dice& dice, std::size_t d_out, std::size_t d_in) {
  CallRecipe recipe{"lora_merge", {}, {}, {"merged"}};
  const std::size_t rank = 1 + dice.below(7);
  draw_factor(dice, recipe);
  recipe.inputs["w"] = dice.values({i64(d_out), i64(d_in)});
  recipe.inputs["lora_a"] = dice.values({i64(rank), i64(d_in)});
  recipe.inputs["lora_b"] = dice.values({i64(d_out), i64(rank)});
  return recipe;
}

}  // namespace

CallRecipe unembedding_recipe(Dice& dice, std::size_t tokens, std::size_t d_model,
                              std::size_t vocab_size) {
  CallRecipe recipe{"unembedding", {}, {}, {"logits"}};
  recipe.attributes["scale"] = dice.one_of({1.0, 0.0, 0.75});
  recipe.attributes["softcap"] = dice.one_of({0.0, 2.5});
  recipe.inputs["x"] = dice.values({i64(tokens), i64(d_model)}, 2);
  recipe.inputs["w"] = dice.values({i64(vocab_size), i64(d_model)});
  if (dice.half()) recipe.inputs["b"] = dice.values({i64(vocab_size)});
  return recipe;
}

CallRecipe lora_recipe(Dice& dice, std::size_t tokens, std::size_t d_in, std::size_t d_out) {
  CallRecipe recipe{"lora", {}, {}, {"y"}};
  const std::size_t rank = 1 + dice.below(9);
  draw_factor(dice, recipe);
  recipe.inputs["x"] = dice.values({i64(tokens), i64(d_in)});
  recipe.inputs["w"] = dice.values({i64(d_out), i64(d_in)});
  recipe.inputs["lora_a"] = dice.values({i64(rank), i64(d_in)});
  recipe.inputs["lora_b"] = dice.values({i64(d_out), i64(rank)});
  if (dice.half()) recipe.inputs["b"] = dice.values({i64(d_out)});
  return recipe;
}

std::vector<CallRecipe> head_recipes(Dice& dice, std::size_t rows, std::size_t width) {
  return {embedding_recipe(dice, rows, width), pooling_recipe(dice, rows, width),
          classification_head_recipe(dice, rows, width), span_head_recipe(dice, rows, width),
          lora_merge_recipe(dice, rows, width)};
}

}  // namespace assay::suites
