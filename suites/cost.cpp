// SPDX-License-Identifier: Apache-2.0
// Counting arithmetic and bytes.
#include "suites/cost.h"

#include <algorithm>
#include <functional>
#include <map>
#include <string_view>

#include "reference/visibility.h"
#include "suites/model_cost.h"

namespace assay::suites {
namespace {

struct Extents {
  const Words& words;
  double operator()(std::string_view word) const {
    const auto found = words.find(word);
    return found == words.end() ? 0 : static_cast<double>(found->second);
  }
};

/// Pairs of a query and a key that may meet, of one head of one batch entry. A prefix, which is
/// different in each, is not counted.
double visible_pairs(const fixtures::Case& test_case, const Extents& extent) {
  const Attributes& attributes = test_case.attributes;
  reference::Visibility<double> visible;
  // Offsets that do not reach the end are refused later; nothing may be looked up in them.
  const auto offsets = [&](const char* name, double end) {
    const auto found = test_case.inputs.find(name);
    if (found == test_case.inputs.end()) return reference::Offsets::absent();
    const auto* first = found->second.as<std::int64_t>();
    const std::size_t count = found->second.count();
    if (count < 2 || static_cast<double>(first[count - 1]) < end)
      return reference::Offsets::absent();
    return reference::Offsets(first, {count});
  };
  const auto queries = offsets("query_offsets", extent("seq_len"));
  const auto keys = offsets("key_offsets", extent("kv_len"));
  const bool packed = queries.present() && keys.present();
  if (packed) {
    visible.query_offsets = queries;
    visible.key_offsets = keys;
  }
  visible.key_lengths = reference::View<const std::int64_t, 1>::absent();
  visible.keep = reference::View<const std::uint8_t, 4>::absent();
  visible.mask = reference::View<const double, 4>::absent();
  visible.causal = reference::causal_of(std::get<std::string>(attributes.find("causal")->second));
  visible.window = std::get<std::int64_t>(attributes.find("window")->second);
  visible.seq_len = static_cast<std::int64_t>(extent("seq_len"));
  visible.past_len = static_cast<std::int64_t>(extent("past_len"));
  visible.total_len = visible.past_len + static_cast<std::int64_t>(extent("kv_len"));
  if (visible.causal == reference::Causal::none && visible.window < 0 && !packed)
    return extent("seq_len") * static_cast<double>(visible.total_len);
  double pairs = 0;
  for (std::int64_t i = 0; i < visible.seq_len; ++i)
    for (std::int64_t j = 0; j < visible.total_len; ++j)
      pairs += visible(0, 0, static_cast<std::size_t>(i), static_cast<std::size_t>(j)) ? 1 : 0;
  return pairs;
}

/// Pairs of a new query and a key that it sees, of one head of all batch entries.
double cached_pairs(const fixtures::Case& test_case) {
  const auto list = [&](const char* name) -> const std::int64_t* {
    const auto found = test_case.inputs.find(name);
    return found == test_case.inputs.end() ? nullptr : found->second.as<std::int64_t>();
  };
  const std::int64_t* const padding = list("left_padding");
  const std::int64_t* const lengths = list("new_lengths");
  const std::int64_t window = std::get<std::int64_t>(test_case.attributes.find("window")->second);
  const Shape& q = test_case.inputs.at("q").shape;
  double pairs = 0;
  for (std::size_t b = 0; b < static_cast<std::size_t>(q[0]); ++b) {
    for (std::int64_t i = 0; i < (lengths != nullptr ? lengths[b] : q[2]); ++i) {
      const std::int64_t position = list("cache_len")[b] + i;
      const std::int64_t first = padding != nullptr ? padding[b] : 0;
      const std::int64_t seen = std::max<std::int64_t>(position + 1 - first, 0);
      pairs += static_cast<double>(window > 0 ? std::min(seen, window) : seen);
    }
  }
  return pairs;
}

double rotated_elements(const Attributes& attributes, const Extents& extent) {
  const auto rotary_dim =
      static_cast<double>(std::get<std::int64_t>(attributes.find("rotary_dim")->second));
  return extent("batch") * extent("n_heads") * extent("seq_len") *
         (rotary_dim == 0 ? extent("head_dim") : rotary_dim);
}

/// Of an elementary function, such as tanh.
constexpr double function_flops = 5;

double embedding_flops(const fixtures::Case& test_case, const Extents& extent) {
  const bool scaled = test_case.attributes.at("scale") == Attribute(std::string("sqrt_d_model"));
  const bool has_segments = test_case.inputs.contains("segment_ids");
  return (scaled ? 1 : 0) * extent("tokens") * extent("d_model") +
         (has_segments ? 1 : 0) * extent("tokens") * extent("d_model");
}

double unembedding_flops(const fixtures::Case& test_case, const Extents& extent) {
  const bool has_bias = test_case.inputs.contains("b");
  const bool capped = std::get<double>(test_case.attributes.at("softcap")) > 0;
  const double each =
      2 * extent("d_model") + 1 + (has_bias ? 1 : 0) + (capped ? 2 + function_flops : 0);
  return extent("tokens") * extent("vocab_size") * each;
}

double pooling_flops(const fixtures::Case& test_case, const Extents& extent) {
  const std::string& form = std::get<std::string>(test_case.attributes.at("form"));
  const double looked_at = form == "mean" || form == "max" ? extent("seq_len") : 0;
  return extent("batch") * extent("d_model") * (looked_at + 2 * extent("d_out"));
}

double classification_flops(const fixtures::Case& test_case, const Extents& extent) {
  const double d_hidden = extent("d_hidden");
  const bool has_dense = test_case.inputs.contains("w_dense");
  const double dense = has_dense ? d_hidden * (2 * extent("d_model") + function_flops) : 0;
  return extent("batch") * (dense + 2 * d_hidden * extent("n_labels"));
}

double lora_flops(const fixtures::Case& test_case, const Extents& extent) {
  const double d_in = extent("d_in"), d_out = extent("d_out"), rank = extent("rank");
  const double sums = (test_case.inputs.contains("b") ? 3 : 2) * d_out;
  return extent("tokens") * (2 * d_in * d_out + 2 * rank * (d_in + d_out) + sums);
}

/// Of one element; an exponential, tanh or error function counts one.
double activation_flops(const fixtures::Case& test_case, std::string_view attribute) {
  constexpr std::pair<std::string_view, double> counted[] = {
      {"none", 0},       {"relu", 1}, {"sigmoid", 3},  {"silu", 4},
      {"gelu_quick", 5}, {"gelu", 5}, {"gelu_tanh", 9}};
  const auto& form = std::get<std::string>(test_case.attributes.find(attribute)->second);
  for (const auto& [name, flops] : counted) {
    if (name == form) return flops;
  }
  throw CallError(form + ": its arithmetic is not counted; add it to cost.cpp");
}

/// Of one token in one layer or expert.
double feed_forward_flops(const fixtures::Case& test_case, const Extents& extent) {
  const auto given = [&](const char* name) { return test_case.inputs.contains(name) ? 1.0 : 0.0; };
  const double maps = 2 + given("w_gate");
  return maps * 2 * extent("d_model") * extent("d_ff") +
         (activation_flops(test_case, "activation") + given("w_gate") + given("b_up") +
          given("b_gate")) *
             extent("d_ff") +
         given("b_down") * extent("d_model");
}

double flops_of(const fixtures::Case& test_case, const Extents& extent) {
  const bool has_bias = test_case.inputs.contains("b") || test_case.inputs.contains("bias");
  const double rows = extent("tokens") * extent("d_model");
  const std::map<std::string_view, std::function<double()>> by_op = {
      {"linear",
       [&] {
         const double outputs = extent("tokens") * extent("d_out");
         return 2 * outputs * extent("d_in") + (has_bias ? outputs : 0);
       }},
      {"qkv_projection",
       [&] {
         const double heads = extent("n_heads") + 2 * extent("n_kv_heads");
         const double outputs = extent("batch") * extent("seq_len") * heads * extent("head_dim");
         return 2 * outputs * extent("d_model") + (has_bias ? outputs : 0);
       }},
      {"lora", [&] { return lora_flops(test_case, extent); }},
      {"lora_merge", [&] { return 2 * extent("d_out") * extent("d_in") * (extent("rank") + 1); }},
      {"softmax", [&] { return 5 * extent("rows") * extent("row_len"); }},
      {"log_softmax", [&] { return 4 * extent("rows") * extent("row_len"); }},
      {"log_sum_exp", [&] { return 3 * extent("rows") * extent("row_len"); }},
      {"layer_norm", [&] { return (has_bias ? 7 : 6) * rows; }},
      {"rms_norm", [&] { return 4 * rows; }},
      {"embedding", [&] { return embedding_flops(test_case, extent); }},
      {"rope", [&] { return 3 * rotated_elements(test_case.attributes, extent); }},
      {"learned_positions", [&] { return rows; }},
      {"sinusoidal_positions", [&] { return 2 * rows; }},
      {"alibi", [&] { return extent("n_heads") * extent("seq_len") * extent("kv_len"); }},
      {"t5_bias", [&] { return 3 * extent("seq_len") * extent("kv_len"); }},
      {"attention",
       [&] {
         return 2 * (extent("head_dim") + extent("v_head_dim")) * extent("batch") *
                extent("n_heads") * visible_pairs(test_case, extent);
       }},
      {"cached_attention",
       [&] {
         return 2 * (extent("head_dim") + extent("v_head_dim")) * extent("n_heads") *
                cached_pairs(test_case);
       }},
      {"unembedding", [&] { return unembedding_flops(test_case, extent); }},
      {"pooling", [&] { return pooling_flops(test_case, extent); }},
      {"classification_head", [&] { return classification_flops(test_case, extent); }},
      {"span_head", [&] { return 4 * extent("batch") * extent("seq_len") * extent("d_model"); }},
      {"activation", [&] { return activation_flops(test_case, "form") * rows; }},
      {"gated_activation",
       [&] {
         return (activation_flops(test_case, "form") + 1) * extent("tokens") * extent("d_ff");
       }},
      {"feed_forward", [&] { return extent("tokens") * feed_forward_flops(test_case, extent); }},
      {"mixture_of_experts",
       [&] {
         const double router =
             2 * extent("d_model") * extent("n_experts") + 5 * extent("n_experts");
         const double experts = feed_forward_flops(test_case, extent) + 2 * extent("d_model");
         return extent("tokens") * (router + extent("top_k") * experts);
       }},
      {"draw", [&] { return extent("rows") * extent("vocab_size"); }},
      {"cross_entropy", [&] { return 4 * extent("tokens") * extent("vocab_size"); }},
      {"language_model_loss",
       [&] { return 4 * extent("batch") * extent("seq_len") * extent("vocab_size"); }},
      {"merge", [&] { return extent("parts") * extent("rows") * (2 * extent("d_model") + 3); }},
      {"penalties", [&] { return 4 * extent("rows") * extent("history_len"); }},
      {"beam_search",
       [&] {
         return 6 * extent("rows") * extent("max_len") * extent("n_beams") * extent("vocab_size");
       }},
      {"sampling", [&] { return 7 * extent("rows") * extent("vocab_size"); }},
  };
  const auto found = by_op.find(test_case.op);
  if (found == by_op.end())
    throw CallError(test_case.op + ": its arithmetic is not counted; add it to cost.cpp");
  return found->second();
}

double bytes_of(const TensorType& type) {
  double count = static_cast<double>(size_of(type.dtype));
  for (const std::int64_t extent : type.shape) count *= static_cast<double>(extent);
  return count;
}

/// Whether a call reads some rows of this input and not the others.
bool is_table(const OpSchema& op, const TensorSpec& spec) {
  return spec.shape.starts_with("table_len") || (op.name == "embedding" && spec.weight);
}

/// The share of a table's bytes that a call can look at, at most.
double share_looked_up(const TensorType& table, const Extents& extent) {
  const double rows = extent("tokens") + extent("batch") * extent("seq_len");
  return std::min(1.0, rows / std::max(1.0, static_cast<double>(table.shape[0])));
}

}  // namespace

Cost cost_of(const fixtures::Case& test_case, const NumberClass& number_class) {
  const OpSchema* op = find_op(test_case.op);
  if (op == nullptr) throw CallError(test_case.op + ": unknown op");
  const TensorTypes inputs = fixtures::input_types(test_case, number_class);
  const Words words = bind_words(*op, number_class, test_case.attributes, inputs);
  const Extents extent{words};
  Cost cost;
  const bool model = is_model(op->name);
  cost.flops = model ? model_flops(test_case, words) : flops_of(test_case, extent);
  for (const auto& [name, type] : inputs) {
    const TensorSpec* spec = find_named(op->inputs, name);
    const bool in_part = spec != nullptr && is_table(*op, *spec);
    const double read = model     ? share_read(test_case, words, name)
                        : in_part ? share_looked_up(type, extent)
                                  : 1;
    cost.bytes += read * bytes_of(type);
    if (spec == nullptr || !spec->weight) cost.input_bytes += read * bytes_of(type);
  }
  for (const fixtures::Golden& output : test_case.outputs) {
    const double written = model ? share_written(test_case, words, output.name) : 1;
    cost.bytes += written * bytes_of(output_type(*op, number_class, test_case.attributes, words,
                                                 output.name));
  }
  return cost;
}

}  // namespace assay::suites
