// SPDX-License-Identifier: Apache-2.0
// What must be the same however a model is run: at once or in parts, alone or in company, padded or
// not, with a table of its own or a copy.
#include <boost/test/unit_test.hpp>

#include "fixtures/model_recipe.h"
#include "suites/self/property_models.h"

namespace assay::suites::self {
namespace {

using fixtures::Array;
using fixtures::ModelRecipe;

constexpr std::int64_t seq_len = 7, vocab_size = 41, n_layers = 2, n_kv_heads = 2, head_dim = 6;

/// Two texts of seven tokens and a decoder with grouped heads, turned by their positions.
PropertyCall decoder() {
  ModelRecipe recipe("decoder", "property", "A property.", {"decoder.causal"}, {});
  recipe.ids().token_table().layers({.gate = true, .qk_norm = true}).attribute("norm", "rms_norm");
  recipe.attribute("position_encoding", "rope").attribute("activation", "silu");
  return drawn(recipe.done());
}

Array logits(const PropertyCall& call) { return implementation()(call).find("logits")->second; }

/// Tokens first ... first + count - 1 of every text.
PropertyCall part_of(const PropertyCall& whole, std::int64_t first, std::int64_t count) {
  return whole.with("ids", range(whole.inputs.find("ids")->second, 1, first, count))
      .with("positions", range(whole.inputs.find("positions")->second, 1, first, count));
}

/// The logits of the whole text, computed in parts of these sizes that share a cache.
Array in_parts(const PropertyCall& whole, const std::vector<std::int64_t>& sizes,
               std::int64_t capacity) {
  const Shape cache = {n_layers, 2, n_kv_heads, capacity, head_dim};
  Array cache_k = normal(cache, 71, 100), cache_v = normal(cache, 72, 100);  // garbage
  Array all = Array::zeros(DType::f64, {2, seq_len, vocab_size});
  std::int64_t done = 0;
  for (const std::int64_t size : sizes) {
    PropertyCall part =
        part_of(whole, done, size).with("cache_k", cache_k).with("cache_v", cache_v);
    part = part.with("cache_len", integers({2}, {done, done}))
               .asking_for("cache_k")
               .asking_for("cache_v");
    Tensors outputs = implementation()(part);
    cache_k = outputs["cache_k"];
    cache_v = outputs["cache_v"];
    for (std::int64_t b = 0; b < 2; ++b) {
      const double* from = outputs["logits"].as<double>() + b * size * vocab_size;
      std::copy_n(from, size * vocab_size, all.as<double>() + (b * seq_len + done) * vocab_size);
    }
    done += size;
  }
  return all;
}

constexpr double model_rounding = 1e-10;

}  // namespace

BOOST_AUTO_TEST_CASE(tokens_one_by_one_with_a_cache_give_the_logits_of_the_full_pass) {
  const PropertyCall whole = decoder();
  const Array full = logits(whole);
  BOOST_TEST(difference(in_parts(whole, {1, 1, 1, 1, 1, 1, 1}, 9), full) < model_rounding);
  BOOST_TEST(difference(in_parts(whole, {3, 2, 2}, 7), full) < model_rounding);
  BOOST_TEST(difference(in_parts(whole, {5, 1, 1}, 8), full) < model_rounding);
}

BOOST_AUTO_TEST_CASE(a_ring_cache_gives_the_logits_of_the_full_pass_under_its_window) {
  const PropertyCall whole = decoder().with("window", "3");
  const Array full = logits(whole);
  const PropertyCall ring = whole.with("cache", "ring");
  BOOST_TEST(difference(in_parts(ring, {1, 1, 1, 1, 1, 1, 1}, 3), full) < model_rounding);
  BOOST_TEST(difference(in_parts(ring, {2, 2, 1, 2}, 4), full) < model_rounding);
  BOOST_TEST(difference(logits(decoder()), full) > 1e-3);  // the window matters
}

BOOST_AUTO_TEST_CASE(slopes_and_buckets_count_cached_tokens) {
  for (const char* kind : {"alibi", "t5"}) {
    const PropertyCall whole =
        decoder().with("position_encoding", kind).with("relative_bias", normal({12, 4}, 73));
    BOOST_TEST(difference(in_parts(whole, {3, 1, 3}, 8), logits(whole)) < model_rounding);
  }
}

BOOST_AUTO_TEST_CASE(a_text_in_a_ragged_batch_gives_what_it_gives_alone) {
  const PropertyCall pair = decoder();
  const Array together = logits(pair.with("lengths", integers({2}, {7, 4})));
  const PropertyCall alone =
      part_of(pair, 0, 4)
          .with("ids", range(range(pair.inputs.find("ids")->second, 0, 1, 1), 1, 0, 4))
          .with("positions", counted({1, 4}));
  BOOST_TEST(difference(range(range(together, 0, 1, 1), 1, 0, 4), logits(alone)) < model_rounding);
  BOOST_TEST(difference(range(together, 0, 0, 1), range(logits(pair), 0, 0, 1)) == 0);
}

BOOST_AUTO_TEST_CASE(a_text_that_is_read_both_ways_does_not_see_the_padding_behind_it) {
  ModelRecipe recipe("encoder", "property", "A property.", {"block.lengths"}, {});
  recipe.ids().token_table().layers({.norm_bias = true});
  const PropertyCall pair = drawn(recipe.done());
  const auto hidden = [](const PropertyCall& call) {
    return implementation()(call).find("hidden")->second;
  };
  const Array together = hidden(pair.with("lengths", integers({2}, {7, 4})));
  const Array alone =
      hidden(part_of(pair, 0, 4)
                 .with("ids", range(part_of(pair, 0, 4).inputs.find("ids")->second, 0, 1, 1))
                 .with("positions", counted({1, 4})));
  BOOST_TEST(difference(range(range(together, 0, 1, 1), 1, 0, 4), alone) < model_rounding);
}

BOOST_AUTO_TEST_CASE(padding_at_the_left_changes_nothing) {
  const PropertyCall plain = decoder();
  Array positions = integers({2, 7}, {0, 1, 2, 3, 4, 5, 6, 0, 0, 0, 1, 2, 3, 4});
  const PropertyCall padded =
      plain.with("positions", positions).with("left_padding", integers({2}, {0, 2}));
  const PropertyCall alone =
      plain.with("ids", range(range(plain.inputs.find("ids")->second, 0, 1, 1), 1, 2, 5))
          .with("positions", counted({1, 5}));
  BOOST_TEST(difference(range(range(logits(padded), 0, 1, 1), 1, 2, 5), logits(alone)) <
             model_rounding);
}

BOOST_AUTO_TEST_CASE(a_tied_table_is_a_copied_one) {
  const PropertyCall tied = decoder().with("unembedding.b", normal({vocab_size}, 73));
  const PropertyCall copied =
      tied.with("unembedding.w", tied.inputs.find("embedding.tokens")->second);
  BOOST_TEST(difference(logits(tied), logits(copied)) == 0);
}

BOOST_AUTO_TEST_CASE(a_later_token_changes_no_bit_of_an_earlier_logit) {
  const PropertyCall before = decoder();
  PropertyCall after = before;
  after.inputs["ids"].as<std::int64_t>()[6] =
      (before.inputs.find("ids")->second.as<std::int64_t>()[6] + 1) % vocab_size;
  const Array first = logits(before), second = logits(after);
  BOOST_TEST(
      same_bits(range(range(first, 0, 0, 1), 1, 0, 6), range(range(second, 0, 0, 1), 1, 0, 6)));
  BOOST_TEST(difference(first, second) > 1e-3);
}

BOOST_AUTO_TEST_CASE(the_last_row_under_the_mask_is_that_token_unmasked) {
  ModelRecipe recipe("block", "property", "A property.", {"block.causal"}, {});
  recipe.input("x", {2, seq_len, 20}, fixtures::normal())
      .input("positions", {2, seq_len}, fixtures::counting());
  const PropertyCall masked = drawn(recipe.layer("", {.gate = true}).done());
  const auto last = [](const Tensors& outputs) {
    return range(outputs.find("y")->second, 1, seq_len - 1, 1);
  };
  const Tensors seen = implementation()(masked),
                all = implementation()(masked.with("causal", "false"));
  BOOST_TEST(difference(last(seen), last(all)) < model_rounding);
  BOOST_TEST(difference(seen.find("y")->second, all.find("y")->second) > 1e-3);
}

BOOST_AUTO_TEST_CASE(without_positions_a_layer_does_not_know_the_order_of_tokens) {
  ModelRecipe recipe("block", "property", "A property.", {"block.causal"}, {});
  recipe.input("x", {2, 4, 20}, fixtures::normal())
      .input("positions", {2, 4}, fixtures::counting());
  const PropertyCall call =
      drawn(recipe.layer("", {.gate = true}).attribute("causal", "false").done());
  const std::vector<std::int64_t> order = {2, 0, 3, 1};
  const PropertyCall shuffled = call.with("x", slices(call.inputs.find("x")->second, 1, order));
  const Array y = implementation()(call).find("y")->second;
  BOOST_TEST(difference(implementation()(shuffled).find("y")->second, slices(y, 1, order)) <
             model_rounding);
}

BOOST_AUTO_TEST_CASE(parts_that_add_nothing_leave_the_stream_as_it_was) {
  ModelRecipe recipe("block", "property", "A property.", {"block.residual"}, {});
  recipe.input("x", {2, 4, 20}, fixtures::normal())
      .input("positions", {2, 4}, fixtures::counting());
  const PropertyCall call = drawn(recipe.layer("", {.gate = true}).done());
  const PropertyCall idle = call.with("attention.w_o", filled({20, 24}, 0))
                                .with("feed_forward.w_down", filled({20, 33}, 0));
  BOOST_TEST(difference(implementation()(idle).find("y")->second, call.inputs.find("x")->second) ==
             0);
}

BOOST_AUTO_TEST_CASE(an_encoder_decoder_is_an_encoder_and_a_decoder_that_reads_it) {
  ModelRecipe recipe("encoder_decoder", "property", "A property.", {"encoder_decoder.memory"}, {});
  recipe.input("encoder_ids", {2, 5}, fixtures::integers_below(41))
      .input("encoder_positions", {2, 5}, fixtures::counting());
  recipe.ids().token_table().layers({.norm_bias = true}, "encoder.");
  recipe.layers({.norm_bias = true, .cross = true}, "decoder.").norm("encoder.final_norm", true);
  const PropertyCall both = drawn(recipe.done()).asking_for("memory");
  PropertyCall encoder{"encoder", {}, {}, {}}, decoder{"decoder", {}, {}, {}};
  for (const auto& attribute : both.attributes) {
    if (attribute.first == "n_encoder_layers") continue;
    encoder.attributes.push_back(attribute);
    decoder.attributes.push_back(attribute);
  }
  for (const auto& [name, array] : both.inputs) {
    if (name.starts_with("encoder.")) encoder.inputs[name.substr(8)] = array;
    if (name.starts_with("decoder.")) decoder.inputs[name.substr(8)] = array;
  }
  encoder.inputs["ids"] = both.inputs.find("encoder_ids")->second;
  encoder.inputs["positions"] = both.inputs.find("encoder_positions")->second;
  decoder.inputs["ids"] = both.inputs.find("ids")->second;
  decoder.inputs["positions"] = both.inputs.find("positions")->second;
  encoder.inputs["embedding.tokens"] = decoder.inputs["embedding.tokens"] =
      both.inputs.find("embedding.tokens")->second;
  const Tensors outputs = implementation()(both);
  const Array memory = implementation()(encoder).find("hidden")->second;
  BOOST_TEST(difference(outputs.find("memory")->second, memory) < model_rounding);
  BOOST_TEST(difference(outputs.find("logits")->second, logits(decoder.with("memory", memory))) <
             model_rounding);
}

}  // namespace assay::suites::self
