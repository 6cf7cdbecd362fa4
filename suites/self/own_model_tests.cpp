// SPDX-License-Identifier: Apache-2.0
// A model of one's own from a few sizes: it has every part that a model needs, and what it consists
// of is counted as by hand.
#define BOOST_TEST_MODULE own_model
#include <algorithm>
#include <boost/test/unit_test.hpp>

#include "fixtures/recipe.h"
#include "suites/cost.h"
#include "suites/model_cost.h"
#include "suites/own_case.h"
#include "suites/sampled_check.h"
#include "suites/usage_error.h"

namespace assay::suites {
namespace {

const NumberClass& f32 = *find_class("f32");

const char* const sizes =
    " n_layers=2 n_heads=4 n_kv_heads=2 head_dim=10 d_model=40 d_ff=30 seq_len=5 vocab_size=11 ";

fixtures::Case made(const std::string& op, const std::string& rest) {
  return without_answers(own_recipe(op + sizes + rest, {}));
}

bool has(const fixtures::Case& test_case, const std::string& input) {
  return test_case.inputs.contains(input);
}

// q, k, v and o of one layer, and the matrices of a feed-forward network.
constexpr double attention_weights = 40 * 40 + 2 * 20 * 40 + 40 * 40, matrix = 30 * 40;

}  // namespace

BOOST_AUTO_TEST_CASE(a_decoder_has_norms_and_a_feed_forward_network_unasked) {
  const fixtures::Case decoder = made("decoder", "");
  for (const char* name : {"layers.0.attention_norm.weight", "layers.1.feed_forward_norm.weight",
                           "layers.0.feed_forward.w_up", "layers.1.feed_forward.w_down",
                           "final_norm.weight", "embedding.tokens"})
    BOOST_TEST(has(decoder, name), name);
  for (const char* name : {"layers.0.feed_forward.w_gate", "layers.0.cross.w_q", "cache_k",
                           "layers.0.attention_post_norm.weight", "embedding.positions"})
    BOOST_TEST(!has(decoder, name), name);
}

BOOST_AUTO_TEST_CASE(one_word_names_the_weights_of_all_layers) {
  const fixtures::Case decoder = made("decoder", "feed_forward.w_gate=normal:0.5 attention.q_norm");
  for (const char* name : {"layers.0.feed_forward.w_gate", "layers.1.feed_forward.w_gate",
                           "layers.0.attention.q_norm", "layers.1.attention.q_norm"})
    BOOST_TEST(has(decoder, name), name);
  BOOST_CHECK_THROW(made("decoder", "feed_forward.w_gat"), UsageError);
}

BOOST_AUTO_TEST_CASE(parts_that_belong_together_come_together) {
  const fixtures::Case cached = made("decoder", "cache_len=3 capacity=9");
  BOOST_TEST((has(cached, "cache_k") && has(cached, "cache_v")));
  const fixtures::Case crossed = made("decoder", "memory memory_len=7");
  BOOST_TEST((has(crossed, "layers.1.cross.w_o") && has(crossed, "layers.0.cross_norm.weight")));
  const fixtures::Case experts = made("decoder", "feed_forward.router n_experts=3");
  BOOST_TEST(has(experts, "layers.1.feed_forward.expert_w_down"));
  BOOST_TEST(!has(experts, "layers.1.feed_forward.w_down"));
  BOOST_TEST(has(made("decoder", "position_encoding=learned"), "embedding.positions"));
  BOOST_TEST(has(made("encoder", "position_encoding=t5"), "relative_bias"));
  const fixtures::Case both = made("encoder_decoder", "n_encoder_layers=3 position_encoding=t5");
  BOOST_TEST((has(both, "encoder.relative_bias") && has(both, "decoder.relative_bias")));
  BOOST_TEST(
      (has(both, "encoder.layers.2.attention.w_q") && has(both, "decoder.final_norm.weight")));
}

BOOST_AUTO_TEST_CASE(parameters_are_counted_by_hand) {
  const Parameters tied = parameters_of(made("decoder", "feed_forward.w_gate"));
  const double layer = 2 * 40 + attention_weights + 3 * matrix;
  BOOST_TEST(tied.all == 2 * layer + 40 + 11 * 40);
  BOOST_TEST(tied.embeddings == 11 * 40);
  const Parameters untied = parameters_of(made("decoder", "feed_forward.w_gate unembedding.w"));
  BOOST_TEST(untied.all - untied.embeddings == tied.all - tied.embeddings);
  BOOST_TEST(untied.embeddings == 2 * 11 * 40);
}

BOOST_AUTO_TEST_CASE(the_arithmetic_of_a_model_is_counted_by_hand) {
  // 5 tokens; query i sees i + 1 keys; 10 channels for scores and values each, in 4 heads.
  const double products = 2.0 * 5 * (2 * (attention_weights + 2 * matrix) + 11 * 40);
  BOOST_TEST(cost_of(made("decoder", ""), f32).flops == products + 2 * 2.0 * 20 * 4 * 15);
  BOOST_TEST(cost_of(made("decoder", "window=2"), f32).flops == products + 2 * 2.0 * 20 * 4 * 9);
  BOOST_TEST(cost_of(made("decoder", "windows=2,-1"), f32).flops ==
             products + 2.0 * 20 * 4 * (9 + 15));
  // Behind 3 cached tokens, query i sees i + 4 keys.
  BOOST_TEST(cost_of(made("decoder", "cache_len=3 capacity=9"), f32).flops ==
             products + 2 * 2.0 * 20 * 4 * 30);
  // Two of three experts for every token, and the router.
  BOOST_TEST(cost_of(made("decoder", "feed_forward.router n_experts=3"), f32).flops ==
             2.0 * 5 * (2 * (attention_weights + 2 * 2 * matrix + 3 * 40) + 11 * 40) +
                 2 * 2.0 * 20 * 4 * 15);
  // No logits, and every token sees all five.
  BOOST_TEST(cost_of(made("encoder", ""), f32).flops ==
             2.0 * 5 * 2 * (attention_weights + 2 * matrix) + 2 * 2.0 * 20 * 4 * 25);
  // Keys and values from 7 tokens of a memory, each of which is seen.
  BOOST_TEST(cost_of(made("decoder", "memory memory_len=7"), f32).flops ==
             products + 2 * (2.0 * 5 * 2 * 1600 + 2.0 * 7 * 2 * 800) +
                 2 * 2.0 * 20 * 4 * (15 + 35));
}

BOOST_AUTO_TEST_CASE(of_a_cache_the_filled_slots_are_read_and_the_new_ones_written) {
  const double slots = cost_of(made("decoder", "cache_len=3 capacity=9"), f32).bytes -
                       cost_of(made("decoder", ""), f32).bytes - 8;  // cache_len itself
  const double slot = 2 * 2 * 10 * 2 * 4;  // keys and values of 2 heads in 2 layers
  BOOST_TEST(slots == (3 + 5) * slot + 5 * slot, boost::test_tools::tolerance(1e-12));
}

}  // namespace assay::suites
