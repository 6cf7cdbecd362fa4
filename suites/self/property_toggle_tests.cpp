// SPDX-License-Identifier: Apache-2.0
// Every option does something: another value of an attribute, or an optional input that is there,
// changes an output of a suitable call. An option that is accepted and ignored fails here.
#include <boost/test/unit_test.hpp>
#include <set>

#include "reference/schema.h"
#include "suites/self/property.h"

namespace assay::suites::self {
namespace {

using fixtures::Array;

/// The same call with different values of one attribute; no two may give the same outputs.
struct AttributeToggle {
  PropertyCall call;
  std::string attribute;
  std::vector<std::string> values;
};

/// The call has the optional input; without it (and what only goes with it) outputs must change.
struct InputToggle {
  PropertyCall call;
  std::vector<std::string> inputs;
  bool optional_outputs_need_them = false;
};

const PropertyCall attention = {"attention",
                                {},
                                {{"q", normal({2, 4, 4, 6}, 41, 2)},
                                 {"k", normal({2, 4, 4, 6}, 42, 2)},
                                 {"v", normal({2, 4, 4, 6}, 43)}},
                                {}};
const PropertyCall cached_attention = {"cached_attention",
                                       {},
                                       {{"q", normal({2, 4, 3, 6}, 65, 2)},
                                        {"k", normal({2, 2, 3, 6}, 66)},
                                        {"v", normal({2, 2, 3, 5}, 67)},
                                        {"cache_k", normal({2, 2, 9, 6}, 68)},
                                        {"cache_v", normal({2, 2, 9, 5}, 69)},
                                        {"cache_len", integers({2}, {4, 5})}},
                                       {}};
const PropertyCall rope = {
    "rope", {}, {{"x", normal({2, 4, 4, 6}, 44)}, {"positions", counted({2, 4}, 5)}}, {}};
const PropertyCall scaled_rope = {
    "rope",
    {{"scaling", "yarn"}, {"factor", "4"}, {"original_len", "500"}, {"base", "100"}},
    {{"x", normal({1, 2, 4, 10}, 65)}, {"positions", counted({1, 4}, 90)}},
    {}};
const PropertyCall layer_norm = {
    "layer_norm",
    {},
    {{"x", normal({3, 5}, 45, 0.01)}, {"weight", normal({5}, 46)}, {"bias", normal({5}, 47)}},
    {}};
const PropertyCall rms_norm = {
    "rms_norm", {}, {{"x", normal({3, 5}, 48, 0.01)}, {"weight", normal({5}, 49)}}, {}};
const PropertyCall sampling = {"sampling",
                               {},
                               {{"logits", normal({20, 9}, 50)}, {"stream", counted({20})}},
                               {"kept", "probs"}};
const PropertyCall positions = {
    "learned_positions",
    {},
    {{"x", normal({3, 4}, 51)}, {"table", normal({9, 4}, 52)}, {"positions", counted({3})}},
    {}};
const PropertyCall sinusoidal = {
    "sinusoidal_positions", {}, {{"x", normal({3, 6}, 53)}, {"positions", counted({3}, 2)}}, {}};

const PropertyCall qkv = {
    "qkv_projection",
    {{"n_heads", "4"}, {"n_kv_heads", "2"}, {"head_dim", "2"}},
    {{"x", normal({2, 3, 5}, 67)}, {"w", normal({16, 5}, 68)}, {"b", normal({16}, 69)}},
    {}};
const PropertyCall alibi = {
    "alibi", {}, {{"query_positions", counted({3}, 4)}, {"key_positions", counted({9})}}, {}};
const PropertyCall t5_bias = {"t5_bias",
                              {},
                              {{"query_positions", counted({3}, 4)},
                               {"key_positions", counted({19})},
                               {"table", normal({8, 3}, 66)}},
                              {}};
const PropertyCall embedding = {"embedding",
                                {},
                                {{"ids", integers({3}, {4, 0, 2})},
                                 {"table", normal({5, 7}, 65)},
                                 {"segment_ids", integers({3}, {1, 0, 1})},
                                 {"segment_table", normal({2, 7}, 66)}},
                                {}};
const PropertyCall unembedding = {
    "unembedding",
    {},
    {{"x", normal({3, 5}, 67)}, {"w", normal({7, 5}, 68)}, {"b", normal({7}, 69)}},
    {}};
const PropertyCall pooling = {"pooling",
                              {{"form", "mean"}},
                              {{"x", normal({2, 4, 5}, 70)},
                               {"keep", booleans({2, 4}, {0, 1, 1, 0, 1, 1, 0, 0})},
                               {"w", normal({3, 5}, 71)},
                               {"b", normal({3}, 72)}},
                              {"y"}};
const PropertyCall span_head = {"span_head",
                                {},
                                {{"x", normal({2, 4, 5}, 73)},
                                 {"w", normal({2, 5}, 74)},
                                 {"b", normal({2}, 75)},
                                 {"keep", booleans({2, 4}, {0, 1, 1, 0, 1, 1, 0, 0})}},
                                {}};
const PropertyCall lora = {"lora",
                           {},
                           {{"x", normal({3, 5}, 76)},
                            {"w", normal({7, 5}, 77)},
                            {"b", normal({7}, 78)},
                            {"lora_a", normal({4, 5}, 79)},
                            {"lora_b", normal({7, 4}, 80)}},
                           {}};
const PropertyCall lora_merge = {
    "lora_merge",
    {},
    {{"w", normal({7, 5}, 81)}, {"lora_a", normal({4, 5}, 82)}, {"lora_b", normal({7, 4}, 83)}},
    {}};
const PropertyCall activation = {"activation", {}, {{"x", normal({3, 5}, 91)}}, {}};
const PropertyCall gated = {"gated_activation", {}, {{"x", normal({3, 6}, 92)}}, {}};
const PropertyCall layer = {"feed_forward",
                            {},
                            {{"x", normal({3, 4}, 93)},
                             {"w_up", normal({5, 4}, 94)},
                             {"w_gate", normal({5, 4}, 95)},
                             {"w_down", normal({4, 5}, 96)},
                             {"b_up", normal({5}, 97)},
                             {"b_gate", normal({5}, 98)},
                             {"b_down", normal({4}, 99)}},
                            {}};
const PropertyCall experts = {"mixture_of_experts",
                              {},
                              {{"x", normal({3, 4}, 93)},
                               {"router", normal({4, 4}, 94)},
                               {"w_up", normal({4, 5, 4}, 95)},
                               {"w_gate", normal({4, 5, 4}, 96)},
                               {"w_down", normal({4, 4, 5}, 97)}},
                              {}};
const PropertyCall cross_entropy = {
    "cross_entropy",
    {},
    {{"logits", normal({4, 5}, 65)}, {"labels", integers({4}, {3, 0, 1, 3})}},
    {"loss"}};

const PropertyCall language_model = {
    "language_model_loss",
    {},
    {{"logits", normal({2, 3, 5}, 69)}, {"ids", integers({2, 3}, {3, 0, 1, 2, 1, 3})}},
    {"loss", "perplexity"}};
const PropertyCall penalties = {
    "penalties",
    {{"repetition", "2"}, {"presence", "0.25"}, {"frequency", "0.25"}},
    {{"logits", normal({2, 5}, 70)}, {"history", integers({2, 3}, {1, 1, 4, -1, 0, 2})}},
    {}};
const PropertyCall penalised_sampling =
    sampling.with("history", integers({20, 1}, std::vector<std::int64_t>(20, 3)))
        .with("repetition_penalty", "1.5");

std::vector<AttributeToggle> attribute_toggles() {
  const PropertyCall staged = attention.with("softcap", "1")
                                  .with("keep", booleans({1, 1, 1, 4}, {1, 0, 1, 1}))
                                  .asking_for("scores");
  const PropertyCall normed =
      attention.with("q_norm_weight", normal({6}, 81)).with("k_norm_weight", normal({6}, 82));
  return {
      {qkv, "arrangement", {"three_blocks", "per_group"}},
      {alibi, "n_heads", {"3", "4"}},
      {alibi, "form", {"distance", "key_position"}},
      {t5_bias, "bidirectional", {"true", "false"}},
      {t5_bias, "max_distance", {"8", "128"}},
      {{"softmax", {}, {{"x", normal({2, 5}, 54)}}, {}}, "temperature", {"1", "0.5", "2"}},
      {{"log_softmax", {}, {{"x", normal({2, 5}, 66)}}, {}}, "temperature", {"1", "0.5", "2"}},
      {{"log_sum_exp", {}, {{"x", normal({2, 5}, 67)}}, {}}, "base", {"e", "2"}},
      {cross_entropy, "ignore_index", {"-100", "3", "0"}},
      {cross_entropy, "label_smoothing", {"0", "0.25", "1"}},
      {cross_entropy, "reduction", {"mean", "sum"}},
      {{"softmax", {}, {{"x", normal({2, 5}, 54)}}, {}}, "plus_one", {"false", "true"}},
      {language_model, "objective", {"next_token", "masked"}},
      {language_model, "end_token", {"-1", "0", "3"}},
      {language_model, "ignore_index", {"-100", "1", "3"}},
      {{"merge",
        {},
        {{"partial_out", normal({3, 2, 4}, 77)}, {"partial_lse", normal({3, 2}, 78)}},
        {}},
       "base",
       {"e", "2"}},
      {penalties, "repetition", {"1", "2", "0.5"}},
      {penalties, "presence", {"0", "1", "-1"}},
      {penalties, "frequency", {"0", "1", "-1"}},
      {penalised_sampling, "repetition_penalty", {"1", "1.5", "0.5"}},
      {penalised_sampling, "presence_penalty", {"0", "1", "-1"}},
      {penalised_sampling, "frequency_penalty", {"0", "1", "-1"}},
      {layer_norm, "eps", {"0", "0.00000762939453125", "1"}},
      {layer_norm, "eps_placement", {"inside_root", "added_to_deviation"}},
      {rms_norm, "eps", {"0", "0.00000762939453125", "1"}},
      {rms_norm, "weight_form", {"weight", "one_plus_weight"}},
      {PropertyCall{"rms_norm",
                    {},
                    {{"x", floats({1, 3}, {1, 2, 7})}, {"weight", floats({3}, {1.5, 1.25, 3})}},
                    {},
                    "bf16"},
       "cast_order",
       {"weight_then_round", "round_then_weight"}},
      {rope, "pairing", {"half", "interleaved"}},
      {rope, "rotary_dim", {"0", "2", "4"}},
      {rope, "base", {"10000", "500000"}},
      {rope, "layout", {"bhsd", "bshd"}},
      {scaled_rope, "scaling", {"none", "linear", "ntk", "yarn", "llama3"}},
      {scaled_rope, "factor", {"1", "2", "8"}},
      {scaled_rope, "original_len", {"100", "1000"}},
      {scaled_rope, "beta_fast", {"32", "2"}},
      {scaled_rope, "beta_slow", {"1", "0.5"}},
      {scaled_rope, "truncate", {"true", "false"}},
      {scaled_rope, "attention_factor", {"0", "1", "2"}},
      {scaled_rope.with("scaling", "llama3"), "low_freq_factor", {"1", "2"}},
      {scaled_rope.with("scaling", "llama3"), "high_freq_factor", {"4", "16"}},
      {positions, "offset", {"0", "2"}},
      {sinusoidal, "arrangement", {"interleaved", "concatenated"}},
      {sinusoidal, "base", {"10000", "500"}},
      {attention.with("scale", "0.75"), "scale_rule", {"rsqrt_head_dim", "given", "none"}},
      {attention.with("scale_rule", "given"), "scale", {"1", "0.5"}},
      // With more keys than queries the alignments differ.
      {attention.with("k", normal({2, 4, 6, 6}, 55)).with("v", normal({2, 4, 6, 6}, 56)),
       "causal",
       {"none", "bottom_right", "top_left"}},
      {attention.with("causal", "bottom_right"), "window", {"-1", "1", "2"}},
      {attention, "softcap", {"0", "1", "8"}},
      {staged, "scores_stage", {"scaled", "capped", "masked", "probs"}},
      {attention, "layout", {"bhsd", "bshd"}},
      {normed, "qk_norm_eps", {"0", "0.5"}},
      {cached_attention.with("scale", "0.75"), "scale_rule", {"rsqrt_head_dim", "given", "none"}},
      {cached_attention.with("scale_rule", "given"), "scale", {"1", "0.5"}},
      {cached_attention, "window", {"-1", "1", "3"}},
      {cached_attention, "softcap", {"0", "1", "8"}},
      {embedding, "scale", {"none", "sqrt_d_model"}},
      {unembedding, "scale", {"1", "0", "0.5"}},
      {unembedding, "softcap", {"0", "1", "8"}},
      {pooling, "form", {"first", "last", "mean", "max"}},
      {pooling, "activation", {"none", "tanh"}},
      {lora, "alpha", {"16", "0", "4"}},
      {lora, "scaling", {"alpha_over_rank", "alpha_over_sqrt_rank"}},
      {lora_merge, "alpha", {"16", "0", "4"}},
      {lora_merge, "scaling", {"alpha_over_rank", "alpha_over_sqrt_rank"}},
      {activation, "form", {"relu", "gelu", "gelu_tanh", "gelu_quick", "silu"}},
      {gated, "form", {"relu", "gelu", "gelu_tanh", "gelu_quick", "silu", "sigmoid", "none"}},
      {gated, "gate_side", {"first", "second", "interleaved"}},
      {layer, "activation", {"relu", "gelu", "gelu_tanh", "gelu_quick", "silu", "none"}},
      {experts, "activation", {"relu", "gelu", "gelu_tanh", "gelu_quick", "silu", "none"}},
      {experts, "top_k", {"1", "2", "3"}},
      {experts, "renormalise", {"true", "false"}},
      {sampling, "temperature", {"1", "0", "0.5", "3"}},
      {sampling, "top_k", {"0", "1", "4"}},
      {sampling, "top_p", {"1", "0", "0.5"}},
      {sampling, "min_p", {"0", "0.25", "1"}},
      {sampling.with("temperature", "2").with("top_p", "0.5"),
       "order",
       {"temperature,top_p", "top_p,temperature", "top_p", "temperature"}},
      {sampling, "seed", {"0", "1", "-1", "4294967296"}},
      {sampling, "step", {"0", "1", "-1", "4294967296"}},
  };
}

std::vector<InputToggle> input_toggles() {
  return {
      {{"linear",
        {},
        {{"x", normal({2, 3}, 57)}, {"w", normal({4, 3}, 58)}, {"b", normal({4}, 59)}},
        {}},
       {"b"}},
      {qkv, {"b"}},
      {embedding, {"segment_ids", "segment_table"}},
      {unembedding, {"b"}},
      {pooling, {"keep"}},
      {pooling, {"b"}},
      {pooling, {"w", "b"}, true},
      {span_head, {"b"}},
      {span_head, {"keep"}},
      {lora, {"b"}},
      {layer_norm, {"bias"}},
      {{"softmax", {}, {{"x", normal({2, 5}, 54)}, {"sinks", normal({2}, 76)}}, {}}, {"sinks"}},
      {language_model.with("loss_mask", booleans({2, 3}, {1, 0, 1, 1, 1, 0})), {"loss_mask"}},
      {penalised_sampling, {"history"}},
      {cross_entropy.with("class_weights", normal({5}, 68)), {"class_weights"}},
      {rope.with("cos_table", normal({20, 3}, 60)).with("sin_table", normal({20, 3}, 61)),
       {"cos_table", "sin_table"}},
      {attention.with("mask", normal({1, 1, 4, 4}, 62)), {"mask"}},
      {attention.with("keep", booleans({1, 1, 1, 4}, {1, 1, 0, 1})), {"keep"}},
      {attention.with("key_lengths", integers({2}, {3, 2})), {"key_lengths"}},
      {attention.with("past_k", normal({2, 4, 2, 6}, 63)).with("past_v", normal({2, 4, 2, 6}, 64)),
       {"past_k", "past_v"}},
      {attention.with("q_norm_weight", normal({6}, 83)).with("k_norm_weight", normal({6}, 84)),
       {"q_norm_weight", "k_norm_weight"}},
      {attention.with("causal", "bottom_right").with("prefix_lengths", integers({2}, {3, 0})),
       {"prefix_lengths"}},
      {attention.with("query_offsets", integers({3}, {0, 1, 4}))
           .with("key_offsets", integers({3}, {0, 3, 4})),
       {"query_offsets", "key_offsets"}},
      {attention.with("alibi_slopes", normal({4}, 85)), {"alibi_slopes"}},
      {attention.with("sinks", normal({4}, 86)), {"sinks"}},
      {layer, {"b_up"}},
      {layer, {"w_gate", "b_gate"}},
      {layer, {"b_gate"}},
      {layer, {"b_down"}},
      {experts, {"w_gate"}},
      {cached_attention.with("new_lengths", integers({2}, {3, 2})), {"new_lengths"}},
      {cached_attention.with("left_padding", integers({2}, {0, 2})), {"left_padding"}},
  };
}

/// An attribute that decides only whether a call is one: with `allowed` it is, with `refused` not.
struct RefusalToggle {
  PropertyCall call;
  std::string attribute, allowed, refused;
};

std::vector<RefusalToggle> refusal_toggles() {
  // Twelve tokens in nine slots: the ring begins again where the linear cache is full.
  const PropertyCall full =
      cached_attention.with("cache_len", integers({2}, {12, 5})).with("window", "4");
  return {{full, "cache", "ring", "linear"},
          // The heads must fit the rows of w.
          {qkv, "n_heads", "4", "3"},
          {qkv, "n_kv_heads", "2", "4"},
          {qkv, "head_dim", "2", "4"}};
}

bool equal(const Tensors& a, const Tensors& b) {
  for (const auto& [name, array] : a) {
    if (!b.contains(name) || !same_bits(array, b.at(name))) return false;
  }
  return true;
}

}  // namespace

BOOST_AUTO_TEST_CASE(every_attribute_changes_something) {
  for (const AttributeToggle& toggle : attribute_toggles()) {
    std::vector<Tensors> outputs;
    for (const std::string& value : toggle.values) {
      outputs.push_back(implementation()(toggle.call.with(toggle.attribute, value)));
    }
    for (std::size_t i = 0; i < outputs.size(); ++i) {
      for (std::size_t j = 0; j < i; ++j) {
        BOOST_TEST(!equal(outputs[i], outputs[j]),
                   toggle.call.op << "." << toggle.attribute << ": " << toggle.values[i] << " and "
                                  << toggle.values[j] << " give the same");
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(every_optional_input_changes_something) {
  for (const InputToggle& toggle : input_toggles()) {
    PropertyCall bare = toggle.call;
    for (const std::string& input : toggle.inputs) bare = bare.without(input);
    if (toggle.optional_outputs_need_them) bare.optional_outputs.clear();
    BOOST_TEST(!equal(implementation()(toggle.call), implementation()(bare)),
               toggle.call.op << ": " << toggle.inputs[0] << " changes nothing");
  }
}

BOOST_AUTO_TEST_CASE(an_attribute_that_only_allows_does_so) {
  for (const RefusalToggle& toggle : refusal_toggles()) {
    BOOST_CHECK_NO_THROW(implementation()(toggle.call.with(toggle.attribute, toggle.allowed)));
    BOOST_CHECK_THROW(implementation()(toggle.call.with(toggle.attribute, toggle.refused)),
                      CallError);
  }
}

BOOST_AUTO_TEST_CASE(every_option_of_the_schema_is_toggled) {
  std::set<std::string> toggled;
  for (const RefusalToggle& toggle : refusal_toggles()) {
    toggled.insert(toggle.call.op + "." + toggle.attribute);
  }
  for (const AttributeToggle& toggle : attribute_toggles()) {
    toggled.insert(toggle.call.op + "." + toggle.attribute);
  }
  for (const InputToggle& toggle : input_toggles()) {
    for (const std::string& input : toggle.inputs) toggled.insert(toggle.call.op + "." + input);
  }
  for (const OpSchema& op : schema::ops) {
    for (const AttributeSpec& attribute : op.attributes) {
      BOOST_TEST(toggled.contains(std::string(op.name) + "." + std::string(attribute.name)),
                 op.name << "." << attribute.name << " has no toggle");
    }
    for (const TensorSpec& input : op.inputs) {
      BOOST_TEST((!input.optional ||
                  toggled.contains(std::string(op.name) + "." + std::string(input.name))),
                 op.name << "." << input.name << " has no toggle");
    }
  }
}

}  // namespace assay::suites::self
