// SPDX-License-Identifier: Apache-2.0
#include "suites/own_model.h"

#include <algorithm>
#include <cmath>

#include "reference/axis.h"
#include "suites/model_cost.h"

namespace assay::suites {
namespace {

bool ends_with_part(std::string_view name, std::string_view part) {
  if (!name.ends_with(part)) return false;
  return name.size() == part.size() || name[name.size() - part.size() - 1] == '.';
}

std::string_view last_part(std::string_view name) { return name.substr(name.rfind('.') + 1); }

/// A matrix that keeps the size of what it multiplies.
fixtures::Fill matrix(const TensorSpec& spec, const Words& words) {
  const double d_in = static_cast<double>(parse_axis(axes_of(spec.shape).back()).extent(words));
  return fixtures::normal(std::exp2(std::round(-std::log2(std::max(d_in, 1.0)) / 2)));
}

/// What was named, asked about by parts.
struct Named {
  const std::set<std::string>& names;
  [[nodiscard]] bool any(std::string_view part) const {
    return std::any_of(names.begin(), names.end(), [&](const std::string& name) {
      return name.find(part) != std::string::npos;
    });
  }
};

bool is_usual(std::string_view name, const Attributes& attributes, const Named& named) {
  const auto attribute = [&](const char* of) {
    return std::get<std::string>(attributes.find(of)->second);
  };
  const bool has_experts = named.any("feed_forward.router") || named.any("expert_w_");
  const bool has_cache = named.any("cache_k") || named.any("cache_v") || named.any("cache_len");
  const bool has_cross = named.any("memory") || named.any("cross.") || named.any("cross_norm.");
  const bool has_segments = named.any("segment");
  if (ends_with_part(name, "attention_post_norm.weight") ||
      ends_with_part(name, "feed_forward_post_norm.weight")) {
    return attribute("norm_placement") == "sandwich";
  }
  for (const char* norm :
       {"attention_norm.weight", "feed_forward_norm.weight", "final_norm.weight"})
    if (ends_with_part(name, norm)) return true;
  for (const char* part : {"router", "expert_w_up", "expert_w_down"})
    if (last_part(name) == part) return has_experts;
  if (last_part(name) == "w_up" || last_part(name) == "w_down") return !has_experts;
  if (name == "embedding.positions") return attribute("position_encoding") == "learned";
  if (last_part(name) == "relative_bias") return attribute("position_encoding") == "t5";
  if (name == "cache_k" || name == "cache_v" || name == "cache_len") return has_cache;
  if (name == "segment_ids" || name == "embedding.segments") return has_segments;
  const bool is_cross = name.find("cross.w_") != std::string_view::npos ||
                        ends_with_part(name, "cross_norm.weight") || name == "memory";
  return is_cross && (has_cross || name.starts_with("decoder."));
}

}  // namespace

std::set<std::string> specs_meant(const OpSchema& op, const std::string& word) {
  std::set<std::string> meant;
  for (const TensorSpec& spec : op.inputs) {
    const bool starred = !spec.repeated.empty();
    if (spec.name == word || (starred && ends_with_part(spec.name, word))) meant.emplace(spec.name);
  }
  return meant;
}

std::set<std::string> usual_inputs(const OpSchema& op, const Attributes& attributes,
                                   const std::set<std::string>& named) {
  std::set<std::string> usual;
  if (!is_model(op.name)) return usual;
  for (const TensorSpec& spec : op.inputs) {
    if (spec.optional && is_usual(spec.name, attributes, {named})) usual.emplace(spec.name);
  }
  return usual;
}

std::optional<fixtures::Fill> model_fill(const TensorSpec& spec, const Words& words) {
  const auto extent = [&](const char* word) { return words.find(word)->second; };
  const auto count = [&](const char* word) {
    return fixtures::constant(static_cast<double>(extent(word)));
  };
  const std::string_view name = spec.name, last = last_part(name);
  if (last == "ids" || last == "encoder_ids") return fixtures::integers_below(extent("vocab_size"));
  if (last == "segment_ids") return fixtures::integers_below(extent("n_segments"));
  if (last == "encoder_positions") return fixtures::counting();
  if (last == "lengths") return count("seq_len");
  if (last == "memory_lengths" || last == "encoder_lengths") return count("memory_len");
  if (last == "prefix_lengths") return fixtures::constant(1);
  if (!spec.weight) return std::nullopt;
  if (last == "tokens" || last == "positions" || last == "segments") return fixtures::normal(0.5);
  if (last == "w" || last.starts_with("w_") || last.starts_with("expert_w_") || last == "router")
    return matrix(spec, words);
  if (last == "weight" || last == "q_norm" || last == "k_norm") return fixtures::normal(0.25, 1);
  return fixtures::normal(0.5);
}

}  // namespace assay::suites
