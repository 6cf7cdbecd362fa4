// SPDX-License-Identifier: Apache-2.0
// Calls of the losses and of what they are made of, odd in every extent.
#include <limits>

#include "suites/self/variant_recipes.h"

namespace assay::suites {
namespace {

std::int64_t i64(std::size_t value) { return static_cast<std::int64_t>(value); }

constexpr double infinity = std::numeric_limits<double>::infinity();

/// Scores between -9 and 9, every eighth absent.
Values scores(Dice& dice, Shape shape) {
  Values made = dice.values(std::move(shape), 9);
  for (double& score : made.numbers) {
    if (dice.below(8) == 0) score = -infinity;
  }
  return made;
}

/// Labels below `classes`, every fifth -100.
Values labels(Dice& dice, Shape shape, std::size_t classes) {
  Values made = dice.values(std::move(shape));
  for (double& label : made.numbers) {
    label = dice.below(5) == 0 ? -100 : static_cast<double>(dice.below(classes));
  }
  return made;
}

}  // namespace

CallRecipe loss_recipe(Dice& dice, const std::string& op) {
  CallRecipe recipe{op, {}, {}, {}};
  const std::size_t rows = 1 + dice.below(5), width = 1 + dice.below(40);
  if (op == "log_softmax") {
    recipe.outputs = {"log_probs"};
    recipe.attributes["temperature"] = dice.one_of({1.0, 0.5, 3.0});
    recipe.inputs["x"] = scores(dice, {i64(rows), i64(width)});
  }
  if (op == "log_sum_exp") {
    recipe.outputs = {"value"};
    recipe.attributes["base"] = std::string(dice.one_of({"e", "2"}));
    recipe.inputs["x"] = scores(dice, {i64(rows), i64(width)});
  }
  if (op == "cross_entropy") {
    recipe.outputs = {"losses", "loss"};
    recipe.attributes["reduction"] = std::string(dice.one_of({"mean", "sum"}));
    recipe.attributes["label_smoothing"] = dice.one_of({0.0, 0.25});
    recipe.inputs["logits"] = dice.values({i64(rows), i64(width)}, 9);
    recipe.inputs["labels"] = labels(dice, {i64(rows)}, width);
    if (dice.half()) {
      Values& weights = recipe.inputs["class_weights"] = dice.values({i64(width)});
      for (double& weight : weights.numbers) weight += 1.5;
    }
  }
  if (op == "language_model_loss") {
    const std::size_t batch = 1 + dice.below(3);
    recipe.outputs = {"losses", "loss", "perplexity"};
    recipe.attributes["objective"] = std::string(dice.one_of({"next_token", "masked"}));
    recipe.attributes["end_token"] = std::int64_t{dice.half() ? -1 : 0};
    recipe.inputs["logits"] = dice.values({i64(batch), i64(rows), i64(width)}, 2);
    recipe.inputs["ids"] = labels(dice, {i64(batch), i64(rows)}, width);
    if (dice.half()) {
      Values& mask = recipe.inputs["loss_mask"] = dice.values({i64(batch), i64(rows)});
      for (double& each : mask.numbers) each = each > 0 ? 1 : 0;
    }
  }
  if (op == "merge") {
    recipe.outputs = {"out", "lse"};
    recipe.attributes["base"] = std::string(dice.one_of({"e", "2"}));
    recipe.inputs["partial_out"] = dice.values({3, i64(rows), i64(width)});
    recipe.inputs["partial_lse"] = scores(dice, {3, i64(rows)});
  }
  if (op == "penalties") {
    recipe.outputs = {"penalised"};
    recipe.attributes["repetition"] = dice.one_of({1.0, 1.25});
    recipe.attributes["presence"] = dice.one_of({0.0, 0.5});
    recipe.attributes["frequency"] = dice.one_of({0.0, 0.25});
    recipe.inputs["logits"] = dice.values({i64(rows), i64(width)}, 4);
    recipe.inputs["history"] = labels(dice, {i64(rows), 7}, width);
    for (double& id : recipe.inputs["history"].numbers) id = id < 0 ? -1 : id;
  }
  return recipe;
}

}  // namespace assay::suites
