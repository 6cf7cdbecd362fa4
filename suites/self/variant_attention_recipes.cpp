// SPDX-License-Identifier: Apache-2.0
// Calls of attention with every option at random.
#include <limits>
#include <utility>

#include "suites/self/variant_recipes.h"

namespace assay::suites {
namespace {

std::int64_t i64(std::size_t value) { return static_cast<std::int64_t>(value); }

constexpr double infinity = std::numeric_limits<double>::infinity();

/// Three documents, any of which may be empty.
Values offsets(Dice& dice, std::size_t length) {
  std::size_t first = dice.below(length + 1), second = dice.below(length + 1);
  if (second < first) std::swap(first, second);
  return {
      {4},
      {0, static_cast<double>(first), static_cast<double>(second), static_cast<double>(length)}};
}

}  // namespace

CallRecipe attention_recipe(Dice& dice, std::size_t seq_len, std::size_t kv_len,
                            std::size_t head_dim, std::size_t v_head_dim) {
  CallRecipe recipe{"attention", {}, {}, {"out"}};
  const std::size_t batch = 1 + dice.below(2), kv_heads = 1 + dice.below(2);
  const std::size_t heads = kv_heads * (1 + dice.below(3));
  const std::size_t past = dice.below(3) == 0 ? dice.below(9) : 0, total = past + kv_len;
  const bool bshd = dice.half();
  const auto laid_out = [&](std::size_t n_heads, std::size_t tokens, std::size_t channels) {
    return bshd ? Shape{i64(batch), i64(tokens), i64(n_heads), i64(channels)}
                : Shape{i64(batch), i64(n_heads), i64(tokens), i64(channels)};
  };
  recipe.attributes["layout"] = std::string(bshd ? "bshd" : "bhsd");
  recipe.attributes["causal"] = std::string(dice.one_of({"none", "bottom_right", "top_left"}));
  recipe.attributes["window"] = dice.half() ? std::int64_t{-1} : i64(1 + dice.below(total + 2));
  recipe.attributes["softcap"] = dice.below(3) == 0 ? 2.5 : 0.0;
  recipe.attributes["scale_rule"] = std::string(dice.one_of({"rsqrt_head_dim", "given", "none"}));
  recipe.attributes["scale"] = 0.75;
  recipe.inputs["q"] = dice.values(laid_out(heads, seq_len, head_dim), 2);
  recipe.inputs["k"] = dice.values(laid_out(kv_heads, kv_len, head_dim), 2);
  recipe.inputs["v"] = dice.values(laid_out(kv_heads, kv_len, v_head_dim));
  if (past > 0) {
    recipe.inputs["past_k"] = dice.values({i64(batch), i64(kv_heads), i64(past), i64(head_dim)}, 2);
    recipe.inputs["past_v"] = dice.values({i64(batch), i64(kv_heads), i64(past), i64(v_head_dim)});
    recipe.outputs.insert(recipe.outputs.end(), {"present_k", "present_v"});
  }
  const auto broadcast = [&](std::size_t extent) { return dice.half() ? 1 : i64(extent); };
  const auto mask_shape = [&] {
    return Shape{broadcast(batch), broadcast(heads), broadcast(seq_len), broadcast(total)};
  };
  if (dice.below(3) == 0) {
    Values& mask = recipe.inputs["mask"] = dice.values(mask_shape());
    for (double& each : mask.numbers) each = dice.below(4) == 0 ? -infinity : each;
  }
  if (dice.below(3) == 0) {
    Values& keep = recipe.inputs["keep"] = dice.values(mask_shape());
    for (double& each : keep.numbers) each = dice.below(4) == 0 ? 0 : 1;
  }
  if (dice.below(3) == 0) {
    Values& lengths = recipe.inputs["key_lengths"] = dice.values({i64(batch)});
    for (double& each : lengths.numbers) each = static_cast<double>(dice.below(total + 1));
  }
  const auto floats = [&](const char* name, std::size_t count) {
    recipe.inputs[name] = dice.values({i64(count)});
  };
  if (dice.below(5) == 0) floats("sinks", heads);
  if (dice.below(5) == 0) floats("alibi_slopes", heads);
  if (dice.below(5) == 0) {
    recipe.attributes["qk_norm_eps"] = 0.125;
    floats("q_norm_weight", head_dim);
    floats("k_norm_weight", head_dim);
  }
  if (dice.below(4) == 0) {
    Values& lengths = recipe.inputs["prefix_lengths"] = dice.values({i64(batch)});
    for (double& each : lengths.numbers) each = static_cast<double>(dice.below(total + 1));
  }
  if (past == 0 && !recipe.inputs.contains("key_lengths") && dice.half()) {
    recipe.inputs["query_offsets"] = offsets(dice, seq_len);
    recipe.inputs["key_offsets"] = offsets(dice, kv_len);
  }
  if (dice.below(5) == 0) recipe.outputs.emplace_back("lse");
  if (dice.below(5) == 0) {
    recipe.attributes["scores_stage"] =
        std::string(dice.one_of({"scaled", "capped", "masked", "probs"}));
    recipe.outputs.emplace_back("scores");
  }
  return recipe;
}

CallRecipe cached_attention_recipe(Dice& dice, std::size_t seq_len, std::size_t room) {
  CallRecipe recipe{"cached_attention", {}, {}, {"out", "cache_k", "cache_v"}};
  const std::size_t batch = 1 + dice.below(3), kv_heads = 1 + dice.below(2);
  const std::size_t heads = kv_heads * (1 + dice.below(3)), width = 1 + dice.below(19);
  const std::size_t capacity = room + seq_len - 1;
  const bool ring = dice.half();
  const std::int64_t window = ring ? i64(1 + dice.below(room)) : i64(1 + dice.below(capacity));
  recipe.attributes["cache"] = std::string(ring ? "ring" : "linear");
  recipe.attributes["window"] = ring || dice.half() ? window : std::int64_t{-1};
  recipe.attributes["softcap"] = dice.below(3) == 0 ? 2.5 : 0.0;
  recipe.attributes["scale_rule"] = std::string(dice.one_of({"rsqrt_head_dim", "given", "none"}));
  recipe.attributes["scale"] = 0.75;
  const auto tensor = [&](std::size_t n_heads, std::size_t length, std::size_t channels) {
    return dice.values({i64(batch), i64(n_heads), i64(length), i64(channels)}, 2);
  };
  recipe.inputs["q"] = tensor(heads, seq_len, width);
  recipe.inputs["k"] = tensor(kv_heads, seq_len, width);
  recipe.inputs["v"] = tensor(kv_heads, seq_len, 5);
  recipe.inputs["cache_k"] = tensor(kv_heads, capacity, width);
  recipe.inputs["cache_v"] = tensor(kv_heads, capacity, 5);
  const auto below = [&](std::size_t sides) {
    Values made = dice.values({i64(batch)});
    for (double& each : made.numbers) each = static_cast<double>(dice.below(sides));
    return made;
  };
  recipe.inputs["cache_len"] = below(ring ? 3 * capacity : room);
  if (dice.half()) recipe.inputs["new_lengths"] = below(seq_len + 1);
  if (dice.half()) recipe.inputs["left_padding"] = below(seq_len + 2);
  return recipe;
}

}  // namespace assay::suites
