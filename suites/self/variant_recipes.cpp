// SPDX-License-Identifier: Apache-2.0
#include "suites/self/variant_recipes.h"

#include <algorithm>
#include <limits>

namespace assay::suites {
namespace {

std::int64_t i64(std::size_t value) { return static_cast<std::int64_t>(value); }

constexpr double infinity = std::numeric_limits<double>::infinity();

}  // namespace

Values Dice::values(Shape shape, double size) {
  std::size_t count = 1;
  for (const std::int64_t extent : shape) count *= static_cast<std::size_t>(extent);
  Values made{std::move(shape), std::vector<double>(count)};
  for (double& number : made.numbers) number = size * real();
  return made;
}

CallRecipe linear_recipe(Dice& dice, std::size_t tokens, std::size_t d_in, std::size_t d_out) {
  CallRecipe recipe{"linear", {}, {}, {"y"}};
  recipe.inputs["x"] = dice.values({i64(tokens), i64(d_in)});
  recipe.inputs["w"] = dice.values({i64(d_out), i64(d_in)});
  if (dice.half()) recipe.inputs["b"] = dice.values({i64(d_out)});
  return recipe;
}

CallRecipe softmax_recipe(Dice& dice, std::size_t rows, std::size_t row_len) {
  CallRecipe recipe{"softmax", {}, {}, {"probs"}};
  recipe.attributes["temperature"] = dice.one_of({1.0, 0.5, 3.0});
  recipe.attributes["plus_one"] = dice.below(3) == 0;
  if (dice.below(3) == 0) recipe.inputs["sinks"] = dice.values({i64(rows)}, 9);
  Values& x = recipe.inputs["x"] = dice.values({i64(rows), i64(row_len)}, 9);
  for (double& score : x.numbers) {
    if (dice.below(8) == 0) score = -infinity;
  }
  return recipe;
}

CallRecipe layer_norm_recipe(Dice& dice, std::size_t tokens, std::size_t d_model) {
  CallRecipe recipe{"layer_norm", {}, {}, {"y"}};
  recipe.attributes["eps_placement"] =
      std::string(dice.one_of({"inside_root", "added_to_deviation"}));
  recipe.attributes["eps"] = 0.125;
  recipe.inputs["x"] = dice.values({i64(tokens), i64(d_model)});
  recipe.inputs["weight"] = dice.values({i64(d_model)});
  if (dice.half()) recipe.inputs["bias"] = dice.values({i64(d_model)});
  if (dice.half()) recipe.outputs.insert(recipe.outputs.end(), {"mean", "inverse_deviation"});
  return recipe;
}

CallRecipe rms_norm_recipe(Dice& dice, std::size_t tokens, std::size_t d_model) {
  CallRecipe recipe{"rms_norm", {}, {}, {"y"}};
  recipe.attributes["eps"] = 0.125;
  recipe.attributes["weight_form"] = std::string(dice.one_of({"weight", "one_plus_weight"}));
  recipe.attributes["cast_order"] =
      std::string(dice.one_of({"weight_then_round", "round_then_weight"}));
  recipe.inputs["x"] = dice.values({i64(tokens), i64(d_model)});
  recipe.inputs["weight"] = dice.values({i64(d_model)});
  return recipe;
}

CallRecipe rope_recipe(Dice& dice, std::size_t seq_len, std::size_t head_dim) {
  CallRecipe recipe{"rope", {}, {}, {"y"}};
  const std::size_t batch = 1 + dice.below(2), heads = 1 + dice.below(3);
  const std::size_t rotary = 2 * (1 + dice.below(head_dim / 2));
  const bool bshd = dice.half();
  recipe.attributes["layout"] = std::string(bshd ? "bshd" : "bhsd");
  recipe.attributes["pairing"] = std::string(dice.one_of({"half", "interleaved"}));
  recipe.attributes["rotary_dim"] = i64(rotary);
  recipe.inputs["x"] =
      dice.values(bshd ? Shape{i64(batch), i64(seq_len), i64(heads), i64(head_dim)}
                       : Shape{i64(batch), i64(heads), i64(seq_len), i64(head_dim)});
  if (rotary >= 4 && dice.half()) {
    recipe.attributes["scaling"] = std::string(dice.one_of({"linear", "ntk", "yarn", "llama3"}));
    recipe.attributes["factor"] = dice.one_of({2.0, 8.0});
    recipe.attributes["original_len"] = i64(50 + dice.below(8000));
    recipe.attributes["truncate"] = dice.half();
    recipe.attributes["attention_factor"] = dice.one_of({0.0, 1.0, 1.5});
  }
  const bool tables = dice.half();
  Values& positions = recipe.inputs["positions"] =
      dice.values({dice.half() ? 1 : i64(batch), i64(seq_len)});
  for (double& each : positions.numbers) {
    each = static_cast<double>(dice.below(tables ? 7 : 40'000));
  }
  if (tables) {
    recipe.inputs["cos_table"] = dice.values({7, i64(rotary / 2)});
    recipe.inputs["sin_table"] = dice.values({7, i64(rotary / 2)});
  }
  return recipe;
}

CallRecipe portable_recipe(Dice& dice, const std::string& op) {
  CallRecipe recipe{op, {}, {}, {op == "draw" || op == "sampling" ? "token" : "y"}};
  const std::size_t rows = 1 + dice.below(4), width = 1 + dice.below(19);
  const auto integers = [&](Shape shape, std::size_t sides) {
    Values made = dice.values(std::move(shape));
    for (double& each : made.numbers) each = static_cast<double>(dice.below(sides));
    return made;
  };
  if (op == "learned_positions" || op == "sinusoidal_positions") {
    recipe.inputs["x"] = dice.values({i64(rows), i64(width)});
    recipe.inputs["positions"] = integers({i64(rows)}, 8);
  }
  if (op == "learned_positions") {
    recipe.inputs["table"] = dice.values({10, i64(width)});
    recipe.attributes["offset"] = std::int64_t{2};
  }
  if (op == "sinusoidal_positions") {
    recipe.attributes["arrangement"] = std::string(dice.one_of({"interleaved", "concatenated"}));
  }
  if (op == "draw") {
    recipe.inputs["probs"] = dice.values({i64(rows), i64(width)});
    for (double& each : recipe.inputs["probs"].numbers) each = (each + 1) / 2;
    recipe.inputs["uniforms"] = dice.values({i64(rows)});
  }
  if (op == "sampling") {
    recipe.inputs["logits"] = dice.values({i64(rows), i64(width)}, 3);
    recipe.inputs["stream"] = integers({i64(rows)}, 1000);
    recipe.attributes["temperature"] = dice.one_of({0.0, 0.5, 1.0, 2.0});
    recipe.attributes["top_k"] = i64(dice.below(9));
    if (dice.half()) {
      recipe.inputs["history"] = integers({i64(rows), i64(dice.below(5))}, width);
      recipe.attributes["repetition_penalty"] = 1.25;
      recipe.attributes["frequency_penalty"] = 0.5;
    }
    recipe.attributes["top_p"] = dice.one_of({1.0, 0.75});
    recipe.attributes["min_p"] = dice.one_of({0.0, 0.125});
    recipe.attributes["typical_p"] = dice.one_of({1.0, 0.625});
    if (dice.half()) {
      recipe.attributes["order"] = std::string(dice.one_of({"hugging_face", "vllm", "llama_cpp"}));
    }
    recipe.attributes["seed"] = i64(dice.below(1000));
    recipe.outputs.insert(recipe.outputs.end(), {"kept", "probs"});
  }
  if (op == "beam_search") {
    recipe.outputs = {"tokens", "lengths", "scores"};
    // States only lead on: round a circle, two ways round would be equally probable.
    constexpr std::size_t states = 16;
    recipe.inputs["logits"] = dice.values({states, i64(1 + width / 2)}, 3);
    Values& next = recipe.inputs["next_state"] = integers({states, i64(1 + width / 2)}, 2);
    for (std::size_t i = 0; i < next.numbers.size(); ++i) {
      next.numbers[i] += static_cast<double>(std::min(i / (1 + width / 2) + 1, states - 2));
    }
    recipe.inputs["first_state"] = integers({i64(rows)}, 3);
    recipe.attributes["n_beams"] = i64(1 + dice.below(5));
    recipe.attributes["max_len"] = i64(1 + dice.below(6));
    recipe.attributes["end_token"] = std::int64_t{dice.half() ? -1 : 0};
    recipe.attributes["length_penalty"] = dice.one_of({0.0, 1.0, 0.75, -0.5});
    recipe.attributes["length_form"] = std::string(dice.one_of({"power", "gnmt"}));
    recipe.attributes["stop"] =
        std::string(dice.one_of({"last_step", "enough_finished", "best_running"}));
    if (dice.half()) {
      recipe.inputs["prompt_len"] = integers({i64(rows)}, 9);
      recipe.attributes["length_counts"] = std::string(dice.one_of({"generated", "with_prompt"}));
    }
  }
  return recipe;
}

CallRecipe relative_recipe(Dice& dice, const std::string& op) {
  CallRecipe recipe{op, {}, {}, {"bias", op == "alibi" ? "slopes" : "buckets"}};
  const std::size_t n_heads = 1 + dice.below(20);
  for (const char* name : {"query_positions", "key_positions"}) {
    Values& positions = recipe.inputs[name] = dice.values({i64(1 + dice.below(9))});
    for (double& each : positions.numbers) each = static_cast<double>(dice.below(300));
  }
  if (op == "alibi") {
    recipe.attributes["n_heads"] = i64(n_heads);
    recipe.attributes["form"] = std::string(dice.one_of({"distance", "key_position"}));
  } else {
    recipe.attributes["bidirectional"] = dice.half();
    recipe.attributes["max_distance"] = i64(30 + dice.below(200));
    recipe.inputs["table"] = dice.values({i64(4 + dice.below(40)), i64(n_heads)});
  }
  return recipe;
}

CallRecipe qkv_recipe(Dice& dice, std::size_t seq_len, std::size_t d_model) {
  CallRecipe recipe{"qkv_projection", {}, {}, {"q", "k", "v"}};
  const char* const arrangement = dice.one_of({"three_blocks", "per_head", "per_group"});
  const std::size_t kv_heads = 1 + dice.below(4), head_dim = 1 + dice.below(9);
  const bool alike = std::string_view(arrangement) == "per_head";
  const std::size_t heads = kv_heads * (alike ? 1 : 1 + dice.below(4));
  const std::size_t rows = (heads + 2 * kv_heads) * head_dim;
  recipe.attributes["n_heads"] = i64(heads);
  recipe.attributes["n_kv_heads"] = i64(kv_heads);
  recipe.attributes["head_dim"] = i64(head_dim);
  recipe.attributes["arrangement"] = std::string(arrangement);
  recipe.inputs["x"] = dice.values({i64(1 + dice.below(3)), i64(seq_len), i64(d_model)});
  recipe.inputs["w"] = dice.values({i64(rows), i64(d_model)});
  if (dice.half()) recipe.inputs["b"] = dice.values({i64(rows)});
  return recipe;
}

std::vector<CallRecipe> recipes_of_all_tails(std::uint64_t seed) {
  Dice dice(seed);
  std::vector<CallRecipe> recipes;
  for (std::size_t n = 1; n <= 33; ++n) {
    recipes.push_back(linear_recipe(dice, 1 + dice.below(7), 1 + dice.below(40), n));
    recipes.push_back(linear_recipe(dice, n, n, 60 + dice.below(80)));
    recipes.push_back(unembedding_recipe(dice, 1 + dice.below(7), 1 + dice.below(40), n));
    recipes.push_back(lora_recipe(dice, 1 + dice.below(7), 1 + dice.below(40), n));
    for (CallRecipe& each : head_recipes(dice, 1 + n % 4, n)) recipes.push_back(std::move(each));
    recipes.push_back(softmax_recipe(dice, 2, n));
    recipes.push_back(softmax_recipe(dice, 2, 33 + dice.below(100)));
    recipes.push_back(layer_norm_recipe(dice, 2, n));
    recipes.push_back(layer_norm_recipe(dice, 2, 33 + dice.below(100)));
    recipes.push_back(rms_norm_recipe(dice, 2, n));
    recipes.push_back(rms_norm_recipe(dice, 2, 33 + dice.below(100)));
    recipes.push_back(activation_recipe(dice, 1 + dice.below(3), n));
    recipes.push_back(activation_recipe(dice, 2, 33 + dice.below(100)));
    recipes.push_back(gated_activation_recipe(dice, 1 + dice.below(3), n));
    recipes.push_back(gated_activation_recipe(dice, 2, 33 + dice.below(50)));
    recipes.push_back(feed_forward_recipe(dice, 1 + dice.below(7), n, 1 + dice.below(40)));
    recipes.push_back(mixture_of_experts_recipe(dice, 1 + dice.below(9), 2 + dice.below(20), n));
    recipes.push_back(rope_recipe(dice, 3, 2 * n));
    recipes.push_back(attention_recipe(dice, 1 + dice.below(14), n, 1 + dice.below(33), n));
    recipes.push_back(attention_recipe(dice, n, 1 + dice.below(80), n, 1 + dice.below(70)));
    recipes.push_back(attention_recipe(dice, n, n, 8, 1 + dice.below(33)));
    recipes.push_back(cached_attention_recipe(dice, 1 + dice.below(9), n));
  }
  for (const std::size_t keys : {255, 256, 257, 300, 520}) {  // around a block of 256 keys
    recipes.push_back(attention_recipe(dice, 50, keys, 5, 7));
    recipes.push_back(attention_recipe(dice, 3, keys, 9, 33));
  }
  for (const char* op :
       {"learned_positions", "sinusoidal_positions", "draw", "sampling", "beam_search"}) {
    for (int i = 0; i < 10; ++i) recipes.push_back(portable_recipe(dice, op));
  }
  for (std::size_t n = 1; n <= 20; ++n) {
    recipes.push_back(qkv_recipe(dice, 1 + dice.below(7), n));
  }
  for (const char* op : {"alibi", "t5_bias"}) {
    for (int i = 0; i < 20; ++i) recipes.push_back(relative_recipe(dice, op));
  }
  for (const char* op : {"log_softmax", "log_sum_exp", "cross_entropy", "language_model_loss",
                         "merge", "penalties"}) {
    for (int i = 0; i < 10; ++i) recipes.push_back(loss_recipe(dice, op));
  }
  for (const char* op : {"block", "encoder", "decoder", "encoder_decoder"}) {
    for (int i = 0; i < 40; ++i) recipes.push_back(model_recipe(dice, op));
  }
  return recipes;
}

}  // namespace assay::suites
