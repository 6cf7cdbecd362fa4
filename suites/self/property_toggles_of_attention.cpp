// SPDX-License-Identifier: Apache-2.0
// What tells tokens apart and what lets them read from each other.
#include "suites/self/property_toggles.h"

namespace assay::suites::self {
namespace {

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

}  // namespace

Toggles toggles_of_attention() {
  const PropertyCall staged = attention.with("softcap", "1")
                                  .with("keep", booleans({1, 1, 1, 4}, {1, 0, 1, 1}))
                                  .asking_for("scores");
  const PropertyCall normed =
      attention.with("q_norm_weight", normal({6}, 81)).with("k_norm_weight", normal({6}, 82));
  // Twelve tokens in nine slots: the ring begins again where the linear cache is full.
  const PropertyCall full =
      cached_attention.with("cache_len", integers({2}, {12, 5})).with("window", "4");
  Toggles toggles;
  toggles.attributes = {
      {qkv, "arrangement", {"three_blocks", "per_group"}},
      {alibi, "n_heads", {"3", "4"}},
      {alibi, "form", {"distance", "key_position"}},
      {t5_bias, "bidirectional", {"true", "false"}},
      {t5_bias, "max_distance", {"8", "128"}},
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
  };
  toggles.inputs = {
      {qkv, {"b"}},
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
      {cached_attention.with("new_lengths", integers({2}, {3, 2})), {"new_lengths"}},
      {cached_attention.with("left_padding", integers({2}, {0, 2})), {"left_padding"}},
  };
  toggles.refusals = {{full, "cache", "ring", "linear"},
                      // The heads must fit the rows of w.
                      {qkv, "n_heads", "4", "3"},
                      {qkv, "n_kv_heads", "2", "4"},
                      {qkv, "head_dim", "2", "4"}};
  return toggles;
}

}  // namespace assay::suites::self
