// SPDX-License-Identifier: Apache-2.0
// Calls of activations, feed-forward layers and mixtures, with their options at random.
#include "suites/self/variant_recipes.h"

namespace assay::suites {
namespace {

std::int64_t i64(std::size_t value) { return static_cast<std::int64_t>(value); }

std::string form_of(Dice& dice) {
  return dice.one_of({"relu", "gelu", "gelu_tanh", "gelu_quick", "silu"});
}

}  // namespace

CallRecipe activation_recipe(Dice& dice, std::size_t tokens, std::size_t d_model) {
  CallRecipe recipe{"activation", {}, {}, {"y"}};
  recipe.attributes["form"] = form_of(dice);
  recipe.inputs["x"] = dice.values({i64(tokens), i64(d_model)}, 6);
  return recipe;
}

CallRecipe gated_activation_recipe(Dice& dice, std::size_t tokens, std::size_t d_ff) {
  CallRecipe recipe{"gated_activation", {}, {}, {"y"}};
  recipe.attributes["form"] =
      dice.below(3) == 0 ? std::string(dice.one_of({"sigmoid", "none"})) : form_of(dice);
  recipe.attributes["gate_side"] = std::string(dice.one_of({"first", "second", "interleaved"}));
  recipe.inputs["x"] = dice.values({i64(tokens), i64(2 * d_ff)}, 3);
  return recipe;
}

CallRecipe feed_forward_recipe(Dice& dice, std::size_t tokens, std::size_t d_model,
                               std::size_t d_ff) {
  CallRecipe recipe{"feed_forward", {}, {}, {"y"}};
  recipe.attributes["activation"] = form_of(dice);
  recipe.inputs["x"] = dice.values({i64(tokens), i64(d_model)});
  recipe.inputs["w_up"] = dice.values({i64(d_ff), i64(d_model)});
  recipe.inputs["w_down"] = dice.values({i64(d_model), i64(d_ff)});
  if (dice.half()) recipe.inputs["b_up"] = dice.values({i64(d_ff)});
  if (dice.half()) recipe.inputs["b_down"] = dice.values({i64(d_model)});
  if (dice.half()) {
    recipe.inputs["w_gate"] = dice.values({i64(d_ff), i64(d_model)});
    if (dice.half()) recipe.inputs["b_gate"] = dice.values({i64(d_ff)});
  }
  return recipe;
}

CallRecipe mixture_of_experts_recipe(Dice& dice, std::size_t tokens, std::size_t d_model,
                                     std::size_t d_ff) {
  CallRecipe recipe{"mixture_of_experts", {}, {}, {"y", "experts", "shares"}};
  const std::size_t n_experts = 1 + dice.below(6);
  recipe.attributes["activation"] = form_of(dice);
  recipe.attributes["top_k"] = i64(1 + dice.below(n_experts));
  recipe.attributes["renormalise"] = dice.half();
  recipe.inputs["x"] = dice.values({i64(tokens), i64(d_model)});
  recipe.inputs["router"] = dice.values({i64(n_experts), i64(d_model)}, 2);
  recipe.inputs["w_up"] = dice.values({i64(n_experts), i64(d_ff), i64(d_model)});
  recipe.inputs["w_down"] = dice.values({i64(n_experts), i64(d_model), i64(d_ff)});
  if (dice.half()) {
    recipe.inputs["w_gate"] = dice.values({i64(n_experts), i64(d_ff), i64(d_model)});
  }
  return recipe;
}

}  // namespace assay::suites
