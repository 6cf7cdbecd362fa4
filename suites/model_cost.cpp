// SPDX-License-Identifier: Apache-2.0
#include "suites/model_cost.h"

#include <fmt/core.h>

#include <algorithm>

namespace assay::suites {
namespace {

constexpr std::string_view model_ops[] = {"block", "encoder", "decoder", "encoder_decoder"};

bool is_embedding(std::string_view name) {
  return name.starts_with("embedding.") || name.starts_with("unembedding.");
}

double elements(const Shape& shape) {
  double count = 1;
  for (const std::int64_t extent : shape) count *= static_cast<double>(extent);
  return count;
}

/// One call, asked for numbers by name; what it lacks counts 0.
struct Call {
  const fixtures::Case& test_case;
  const Words& words;

  [[nodiscard]] double word(std::string_view name) const {
    const auto found = words.find(name);
    return found == words.end() ? 0 : static_cast<double>(found->second);
  }
  template <class Value>
  [[nodiscard]] Value attribute(std::string_view name, Value otherwise) const {
    const auto found = test_case.attributes.find(name);
    return found == test_case.attributes.end() ? otherwise : std::get<Value>(found->second);
  }
  [[nodiscard]] bool has(const std::string& input) const {
    return test_case.inputs.contains(input);
  }
  [[nodiscard]] std::int64_t batch() const { return words.find("batch")->second; }
  [[nodiscard]] std::int64_t past(std::int64_t b) const {
    const auto found = test_case.inputs.find("cache_len");
    return found == test_case.inputs.end() ? 0 : found->second.as<std::int64_t>()[b];
  }
  [[nodiscard]] double tokens() const { return word("batch") * word("seq_len"); }
  [[nodiscard]] double memory_tokens() const { return word("batch") * word("memory_len"); }
  [[nodiscard]] double used_experts() const {
    const auto top_k = static_cast<double>(attribute<std::int64_t>("top_k", 0));
    return top_k / std::max(1.0, word("n_experts"));
  }
  [[nodiscard]] bool has_logits() const {
    return test_case.op == "decoder" || test_case.op == "encoder_decoder";
  }
};

/// How many tokens are multiplied with a weight; 0 for weights of no product.
double rows_of(const Call& call, std::string_view name) {
  const std::string_view last = name.substr(name.rfind('.') + 1);
  const bool of_encoder = call.test_case.op == "encoder_decoder" && name.starts_with("encoder.");
  const bool reads_memory = name.ends_with("cross.w_k") || name.ends_with("cross.w_v");
  const double tokens = of_encoder || reads_memory ? call.memory_tokens() : call.tokens();
  if (last.starts_with("expert_w_")) return tokens * call.used_experts();
  const bool tied = name == "embedding.tokens" && call.has_logits() && !call.has("unembedding.w");
  return last == "w" || last.starts_with("w_") || last == "router" || tied ? tokens : 0;
}

/// Pairs of a query and a key that meet in one head of all entries.
double pairs(const Call& call, std::int64_t seq_len, bool causal, std::int64_t window) {
  double sum = 0;
  for (std::int64_t b = 0; b < call.batch(); ++b) {
    for (std::int64_t i = 0; i < seq_len; ++i) {
      const std::int64_t behind = call.past(b) + i + 1, before = causal ? 0 : seq_len - 1 - i;
      const std::int64_t reach = window < 1 ? behind + before : window;
      sum += static_cast<double>(std::min(behind, reach) +
                                 std::min(before, std::max<std::int64_t>(reach - 1, 0)));
    }
  }
  return sum;
}

/// The pairs of all layers of a stack.
double pairs_of_layers(const Call& call, std::string_view count, std::int64_t seq_len,
                       bool causal) {
  const auto layers = call.attribute<std::int64_t>(count, 1);
  const auto window = call.attribute<std::int64_t>("window", -1);
  const auto windows = call.attribute<std::vector<std::int64_t>>("windows", {});
  if (windows.empty()) return static_cast<double>(layers) * pairs(call, seq_len, causal, window);
  double sum = 0;
  for (const std::int64_t each : windows) sum += pairs(call, seq_len, causal, each);
  return sum;
}

double all_pairs(const Call& call) {
  const auto seq_len = static_cast<std::int64_t>(call.word("seq_len"));
  const auto memory_len = static_cast<std::int64_t>(call.word("memory_len"));
  const bool causal =
      call.test_case.op == "block" ? call.attribute("causal", true) : call.has_logits();
  double sum = pairs_of_layers(call, "n_layers", seq_len, causal);
  if (call.test_case.op == "encoder_decoder") {
    sum += pairs_of_layers(call, "n_encoder_layers", memory_len, false);
  }
  if (call.has("memory") || call.test_case.op == "encoder_decoder") {
    const auto layers = static_cast<double>(call.attribute<std::int64_t>("n_layers", 1));
    sum += layers * call.tokens() * call.word("memory_len");
  }
  return sum;
}

/// Of the slots of a cache, those from the first token to the last one of the call, or only the
/// call's own.
double share_of_slots(const Call& call, bool with_past) {
  double slots = 0;
  for (std::int64_t b = 0; b < call.batch(); ++b) {
    slots += call.word("seq_len") + (with_past ? static_cast<double>(call.past(b)) : 0);
  }
  return std::min(1.0, slots / std::max(1.0, call.word("batch") * call.word("capacity")));
}

bool is_cache(std::string_view name) { return name == "cache_k" || name == "cache_v"; }

}  // namespace

bool is_model(std::string_view op) {
  return std::find(std::begin(model_ops), std::end(model_ops), op) != std::end(model_ops);
}

Parameters parameters_of(const fixtures::Case& test_case) {
  const OpSchema& op = *find_op(test_case.op);
  Parameters parameters;
  for (const auto& [name, array] : test_case.inputs) {
    if (!find_named(op.inputs, name)->weight) continue;
    parameters.all += elements(array.shape);
    if (is_embedding(name)) parameters.embeddings += elements(array.shape);
  }
  return parameters;
}

std::string text_of(const Parameters& parameters) {
  const std::string all = fmt::format("{:.0f} parameters", parameters.all);
  if (parameters.embeddings == 0) return all;
  return all + fmt::format(", {:.0f} without embeddings", parameters.all - parameters.embeddings);
}

double model_flops(const fixtures::Case& test_case, const Words& words) {
  const Call call{test_case, words};
  double flops = 4 * call.word("head_dim") * call.word("n_heads") * all_pairs(call);
  for (const auto& [name, array] : test_case.inputs) {
    flops += 2 * rows_of(call, name) * elements(array.shape);
  }
  return flops;
}

double share_read(const fixtures::Case& test_case, const Words& words, const std::string& input) {
  const Call call{test_case, words};
  if (is_cache(input)) return share_of_slots(call, true);
  const double tokens = call.tokens() + call.memory_tokens();
  if (input.find("expert_w_") != std::string::npos) {
    return std::min(1.0, tokens * call.used_experts());
  }
  if (input == "embedding.positions") {
    return std::min(1.0, tokens / std::max(1.0, call.word("table_len")));
  }
  const bool all_rows = input != "embedding.tokens" || rows_of(call, input) > 0;
  return all_rows ? 1 : std::min(1.0, tokens / std::max(1.0, call.word("vocab_size")));
}

double share_written(const fixtures::Case& test_case, const Words& words,
                     const std::string& output) {
  return is_cache(output) ? share_of_slots({test_case, words}, false) : 1;
}

}  // namespace assay::suites
