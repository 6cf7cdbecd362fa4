// SPDX-License-Identifier: Apache-2.0
// Calls of blocks and models with every part and option at random.
#include <cmath>
#include <map>
#include <set>

#include "reference/axis.h"
#include "suites/self/variant_recipes.h"

namespace assay::suites {
namespace {

std::int64_t i64(std::size_t value) { return static_cast<std::int64_t>(value); }

/// What the parts of one recipe agree on.
class ModelDice {
 public:
  ModelDice(Dice& given, const std::string& op_name, std::int64_t scale)
      : dice(given), op(*find_op(op_name)) {
    recipe.op = op_name;
    draw_extents();
    for (const char* word : {"seq_len", "memory_len", "d_model", "d_ff", "vocab_size"})
      words[word] *= scale;
    draw_attributes();
    if (op_name == "decoder" && dice.half()) draw_cache();
    for (const TensorSpec& spec : op.inputs) {
      if (!spec.optional || is_there(spec.name)) add(spec);
    }
    add_outputs();
  }

  CallRecipe recipe;

 private:
  [[nodiscard]] bool has(std::string_view name) const {
    return find_named(op.attributes, name) != nullptr;
  }
  std::int64_t up_to(std::int64_t most) {
    return i64(1 + dice.below(static_cast<std::size_t>(most)));
  }

  void draw_extents() {
    words = {{"batch", up_to(2)},
             {"seq_len", up_to(7)},
             {"memory_len", up_to(5)},
             {"d_model", 2 + up_to(8)},
             {"d_ff", up_to(12)},
             {"n_kv_heads", up_to(2)},
             {"head_dim", 2 * up_to(4)},
             {"vocab_size", 4 + up_to(9)},
             {"table_len", 70},
             {"n_buckets", 8},
             {"n_segments", 2},
             {"n_experts", 1 + up_to(3)},
             {"n_layers", up_to(2)},
             {"n_encoder_layers", up_to(2)},
             {"capacity", 9}};
    words["n_heads"] = words["n_kv_heads"] * up_to(3);
  }

  void draw_attributes() {
    for (const char* name : {"n_heads", "n_kv_heads", "head_dim", "n_layers", "n_encoder_layers"})
      if (has(name)) recipe.attributes[name] = words[name];
    for (const AttributeSpec& spec : op.attributes) {
      if (spec.kind != AttributeKind::string || spec.choices.empty() || spec.name == "cache")
        continue;
      const auto choices = split(spec.choices, '|');
      recipe.attributes[std::string(spec.name)] = std::string(choices[dice.below(choices.size())]);
    }
    recipe.attributes["norm_eps"] = 0.125;
    recipe.attributes["scale"] = 0.75;
    recipe.attributes["softcap"] = dice.one_of({0.0, 2.5});
    recipe.attributes["top_k"] = up_to(words["n_experts"]);
    recipe.attributes["renormalise"] = dice.half();
    recipe.attributes["rope_factor"] = 2.0;
    recipe.attributes["rope_original_len"] = std::int64_t{16};
    recipe.attributes["rope_dim"] = words["head_dim"] > 4 ? dice.one_of<std::int64_t>({0, 4}) : 0;
    if (words["head_dim"] < 4) recipe.attributes["rope_scaling"] = std::string("linear");
    recipe.attributes["relative_max_distance"] = std::int64_t{11};
    window = dice.half() ? -1 : up_to(4);
    if (has("windows") && dice.half()) draw_windows();
    if (has("causal")) recipe.attributes["causal"] = dice.half();
    if (has("position_offset")) recipe.attributes["position_offset"] = std::int64_t{2};
    if (has("logit_scale")) recipe.attributes["logit_scale"] = dice.one_of({1.0, 0.5});
    if (has("logit_softcap")) recipe.attributes["logit_softcap"] = dice.one_of({0.0, 2.0});
    recipe.attributes["window"] = window;
    position_encoding = std::get<std::string>(recipe.attributes["position_encoding"]);
    placement = std::get<std::string>(recipe.attributes["norm_placement"]);
    if (placement == "parallel" && op.name == "encoder_decoder") {
      recipe.attributes["norm_placement"] = placement = "pre";  // a parallel layer cannot cross
    }
    if (placement == "parallel") {
      feed_forward = true;
      memory = false;
    }
  }

  void draw_windows() {
    std::vector<std::int64_t> windows;
    for (std::int64_t n = 0; n < words["n_layers"]; ++n) {
      windows.push_back(window > 0 ? up_to(window) : dice.one_of<std::int64_t>({-1, 2}));
    }
    recipe.attributes["windows"] = windows;
  }

  void draw_cache() {
    cache = true;
    words["capacity"] = words["seq_len"] + i64(dice.below(6));
    if (window > 0 && dice.half()) {
      recipe.attributes["cache"] = std::string("ring");
      words["capacity"] = window + words["seq_len"] - 1 + i64(dice.below(2));
      most_cached = 20;
    } else {
      most_cached = words["capacity"] - words["seq_len"];
    }
  }

  /// Whether an optional part is there: parts that belong together are, the others as it falls.
  bool is_there(std::string_view name) {
    const auto is = [&](std::string_view part) { return name.find(part) != name.npos; };
    if (is("cache_")) return cache;
    if (is("memory_lengths")) return memory && dice.half();
    if (name == "memory" || is("cross.w_")) return memory;
    if (is("cross") && !memory && op.name != "encoder_decoder") return false;
    if (is("relative_bias")) return position_encoding == "t5";
    if (is("embedding.positions")) return position_encoding == "learned";
    if (is("segment")) return segments;
    if (is("router") || is("expert_w_up") || is("expert_w_down")) return feed_forward && experts;
    if (is("expert_w_gate")) return feed_forward && experts && gate;
    if (is("feed_forward.w_gate")) return feed_forward && !experts && gate;
    if (is("feed_forward.w_")) return feed_forward && !experts;
    if (is("feed_forward.b_gate") && !gate) return false;
    if (is("feed_forward.b_")) return feed_forward && !experts && dice.half();
    if (name.ends_with(".bias")) {  // of a norm that has its weight
      const std::string weight = std::string(name.substr(0, name.size() - 4)) + "weight";
      return there.contains(weight) && dice.half();
    }
    return dice.half();
  }

  void add(const TensorSpec& spec) {
    there.insert(std::string(spec.name));
    Shape shape;
    for (const std::string_view axis : axes_of(spec.shape)) {
      shape.push_back(parse_axis(axis).extent(words));
    }
    for (const std::string& name : tensor_names(spec, complete(op, recipe.attributes))) {
      Values& made = recipe.inputs[name] = dice.values(shape);
      for (double& each : made.numbers) each = value(spec, each, static_cast<double>(shape.back()));
    }
  }

  /// `drawn`: in [-1, 1).
  double value(const TensorSpec& spec, double drawn, double last_extent) {
    const std::string_view last = spec.name.substr(spec.name.rfind('.') + 1);
    const auto integer = [&](std::int64_t below) {
      return static_cast<double>(dice.below(static_cast<std::size_t>(below)));
    };
    if (last == "ids" || last == "encoder_ids") return integer(words["vocab_size"]);
    if (last == "segment_ids") return integer(2);
    if (spec.kind == ElementKind::i64 && last.ends_with("positions")) return integer(60);
    if (last == "cache_len") return integer(most_cached + 1);
    if (last == "memory_lengths" || last == "encoder_lengths")
      return integer(words["memory_len"] + 1);
    if (last == "left_padding") return integer(4);
    if (spec.kind == ElementKind::i64) return integer(words["seq_len"] + 1);
    if (last == "weight") return 1 + drawn / 2;
    return last.find("w_") != last.npos || last == "w" ? 1.7 * drawn / std::sqrt(last_extent)
                                                       : drawn;
  }

  void add_outputs() {
    for (const TensorSpec& spec : op.outputs) {
      if (spec.in_out && !cache) continue;
      if (spec.optional && !spec.in_out && (!is_computed(spec.name) || dice.half())) continue;
      for (std::string& name : tensor_names(spec, complete(op, recipe.attributes))) {
        recipe.outputs.push_back(std::move(name));
      }
    }
  }

  /// Whether a layer has the stage that a tap shows.
  [[nodiscard]] bool is_computed(std::string_view tap) const {
    const bool parallel = placement == "parallel";
    if (tap.ends_with(".after_attention")) return !parallel;
    if (tap.ends_with(".cross")) return memory && !parallel;
    if (tap.ends_with(".feed_forward")) return feed_forward;
    if (!tap.ends_with(".feed_forward_norm")) return true;
    for (const std::string& name : there)
      if (name.ends_with("feed_forward_norm.weight")) return feed_forward;
    return feed_forward && !parallel;
  }

  Dice& dice;
  const OpSchema& op;
  Words words;
  std::set<std::string> there;
  std::string position_encoding, placement;
  std::int64_t window = -1, most_cached = 0;
  bool memory = dice.half(), segments = dice.half(), gate = dice.half(), experts = dice.half(),
       feed_forward = dice.below(4) > 0, cache = false;
};

}  // namespace

CallRecipe model_recipe(Dice& dice, const std::string& op, std::int64_t scale) {
  return ModelDice(dice, op, scale).recipe;
}

}  // namespace assay::suites
