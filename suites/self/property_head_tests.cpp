// SPDX-License-Identifier: Apache-2.0
// Properties of what stands at both ends of a model, and of low-rank corrections, that hold
// whatever the numbers are: what one op does, others do too, and what must not count does not.
#include <boost/test/unit_test.hpp>
#include <cmath>

#include "suites/self/property.h"

namespace assay::suites::self {
namespace {

using fixtures::Array;

Array output(const PropertyCall& call, const char* name) {
  return implementation()(call).find(name)->second;
}

Array scaled(Array array, double factor) {
  for (std::size_t i = 0; i < array.count(); ++i) array.as<double>()[i] *= factor;
  return array;
}

Array transposed(const Array& array) {
  Array result = Array::zeros(DType::f64, {array.shape[1], array.shape[0]});
  const auto rows = static_cast<std::size_t>(array.shape[0]);
  const auto columns = static_cast<std::size_t>(array.shape[1]);
  for (std::size_t i = 0; i < rows; ++i) {
    for (std::size_t j = 0; j < columns; ++j) {
      result.as<double>()[j * rows + i] = array.as<double>()[i * columns + j];
    }
  }
  return result;
}

PropertyCall linear(const Array& x, const Array& w) {
  return {"linear", {}, {{"x", x}, {"w", w}}, {}};
}

const PropertyCall embedding = {
    "embedding", {}, {{"ids", integers({4}, {6, 0, 3, 6})}, {"table", normal({7, 9}, 101)}}, {}};
const PropertyCall unembedding = {
    "unembedding",
    {},
    {{"x", normal({4, 5}, 102)}, {"w", normal({8, 5}, 103)}, {"b", normal({8}, 104)}},
    {}};
const PropertyCall pooling = {
    "pooling",
    {},
    {{"x", normal({3, 6, 5}, 105)},
     {"keep", booleans({3, 6}, {0, 1, 1, 0, 1, 0, 0, 1, 1, 0, 1, 0, 0, 1, 1, 0, 1, 0})}},
    {}};
const PropertyCall span_head = {
    "span_head",
    {},
    {{"x", normal({2, 4, 5}, 106)}, {"w", normal({2, 5}, 107)}, {"b", normal({2}, 108)}},
    {}};
const PropertyCall lora = {"lora",
                           {{"alpha", "6"}},
                           {{"x", normal({4, 7}, 109)},
                            {"w", normal({5, 7}, 110)},
                            {"b", normal({5}, 111)},
                            {"lora_a", normal({4, 7}, 112)},
                            {"lora_b", normal({5, 4}, 113)}},
                           {}};

/// The weight of a call of lora with its correction merged in.
Array merged(const PropertyCall& call) {
  return output({"lora_merge",
                 call.attributes,
                 {{"w", call.inputs.at("w")},
                  {"lora_a", call.inputs.at("lora_a")},
                  {"lora_b", call.inputs.at("lora_b")}},
                 {}},
                "merged");
}

}  // namespace

BOOST_AUTO_TEST_CASE(embedding_is_a_product_with_rows_of_the_unit_matrix) {
  Array chosen = filled({4, 7}, 0);
  for (std::size_t t = 0; t < 4; ++t) {
    chosen.as<double>()[t * 7 + static_cast<std::size_t>(
                                    embedding.inputs.at("ids").as<std::int64_t>()[t])] = 1;
  }
  const Array product = output(linear(chosen, transposed(embedding.inputs.at("table"))), "y");
  BOOST_TEST(same_bits(output(embedding, "y"), product));
}

BOOST_AUTO_TEST_CASE(embedding_scaled_by_the_root_of_nine_is_three_times_as_large) {
  const Array tripled = scaled(output(embedding, "y"), 3);
  BOOST_TEST(same_bits(output(embedding.with("scale", "sqrt_d_model"), "y"), tripled));
}

BOOST_AUTO_TEST_CASE(segments_of_zeros_change_nothing_under_either_scale) {
  for (const char* scale : {"none", "sqrt_d_model"}) {
    const PropertyCall bare = embedding.with("scale", scale);
    const PropertyCall zeros = bare.with("segment_ids", integers({4}, {1, 0, 0, 1}))
                                   .with("segment_table", filled({2, 9}, 0));
    BOOST_TEST(difference(output(zeros, "y"), output(bare, "y")) == 0);
  }
}

BOOST_AUTO_TEST_CASE(segments_are_a_second_lookup) {
  const Array ids = integers({4}, {1, 0, 0, 1}), table = normal({2, 9}, 114);
  const Array both = output(embedding.with("segment_ids", ids).with("segment_table", table), "y");
  const Array tokens = output(embedding, "y");
  const Array segments = output({"embedding", {}, {{"ids", ids}, {"table", table}}, {}}, "y");
  for (std::size_t i = 0; i < both.count(); ++i) {
    BOOST_TEST(both.as<double>()[i] == tokens.as<double>()[i] + segments.as<double>()[i]);
  }
}

BOOST_AUTO_TEST_CASE(tied_weights_score_every_id_by_its_own_row) {
  // All ids through the table and back through the same numbers: the Gram matrix of its rows.
  const Array table = normal({7, 9}, 101);
  const Array vectors = output(embedding.with("ids", counted({7})), "y");
  const Array logits = output({"unembedding", {}, {{"x", vectors}, {"w", table}}, {}}, "logits");
  BOOST_TEST(difference(logits, transposed(logits)) < rounding);
  for (std::size_t id = 0; id < 7; ++id) {
    double square = 0;
    for (std::size_t c = 0; c < 9; ++c) square += std::pow(table.as<double>()[id * 9 + c], 2);
    BOOST_TEST(std::abs(logits.as<double>()[id * 7 + id] - square) < rounding);
  }
}

BOOST_AUTO_TEST_CASE(unembedding_without_options_is_linear) {
  PropertyCall plain = unembedding;
  plain.op = "linear";
  BOOST_TEST(same_bits(output(unembedding, "logits"), output(plain, "y")));
}

BOOST_AUTO_TEST_CASE(a_softcap_keeps_the_order_and_is_never_exceeded) {
  const Array free = output(unembedding, "logits");
  const Array capped = output(unembedding.with("softcap", "1.5"), "logits");
  for (std::size_t i = 0; i < free.count(); ++i) {
    BOOST_TEST(std::abs(capped.as<double>()[i]) < 1.5);
    BOOST_TEST(std::abs(capped.as<double>()[i]) < std::abs(free.as<double>()[i]));
    for (std::size_t j = 0; j < i; ++j) {
      BOOST_TEST((free.as<double>()[i] < free.as<double>()[j]) ==
                 (capped.as<double>()[i] < capped.as<double>()[j]));
    }
  }
}

BOOST_AUTO_TEST_CASE(scale_comes_before_the_cap) {
  // Scaled by 4 and capped at 8 is 4 times what is capped at 2.
  const Array scaled_first = output(unembedding.with("scale", "4").with("softcap", "8"), "logits");
  const Array capped = output(unembedding.with("softcap", "2"), "logits");
  BOOST_TEST(same_bits(scaled_first, scaled(capped, 4)));
}

BOOST_AUTO_TEST_CASE(pooling_ignores_what_is_not_kept) {
  for (const char* form : {"first", "last", "mean", "max"}) {
    const PropertyCall clean = pooling.with("form", form);
    const Array poisoned = overwritten(
        overwritten(overwritten(clean.inputs.at("x"), 1, 0, 1e30), 1, 3, -1e30), 1, 5, 1e30);
    BOOST_TEST(same_bits(output(clean.with("x", poisoned), "pooled"), output(clean, "pooled")),
               form);
  }
}

BOOST_AUTO_TEST_CASE(a_text_alone_is_pooled_as_beside_padding) {
  for (const char* form : {"first", "last", "mean", "max"}) {
    const PropertyCall padded = pooling.with("form", form);
    const Array alone = slices(padded.inputs.at("x"), 1, {1, 2, 4});
    BOOST_TEST(same_bits(output(padded.without("keep").with("x", alone), "pooled"),
                         output(padded, "pooled")),
               form);
  }
}

BOOST_AUTO_TEST_CASE(mean_and_maximum_do_not_see_the_order_of_places) {
  for (const char* form : {"mean", "max"}) {
    const PropertyCall call = pooling.without("keep").with("form", form);
    const Array turned = slices(call.inputs.at("x"), 1, {3, 0, 5, 1, 4, 2});
    BOOST_TEST(
        difference(output(call.with("x", turned), "pooled"), output(call, "pooled")) < rounding,
        form);
  }
}

BOOST_AUTO_TEST_CASE(a_projection_is_linear_of_what_was_pooled) {
  const Array w = normal({4, 5}, 115), b = normal({4}, 116);
  const PropertyCall call = pooling.with("form", "mean").with("w", w).with("b", b).asking_for("y");
  const Array y = output(linear(output(call, "pooled"), w).with("b", b), "y");
  BOOST_TEST(same_bits(output(call, "y"), y));
  const Array bent = output(call.with("activation", "tanh"), "y");
  for (std::size_t i = 0; i < y.count(); ++i) {
    BOOST_TEST(std::abs(bent.as<double>()[i] - std::tanh(y.as<double>()[i])) < rounding);
  }
}

BOOST_AUTO_TEST_CASE(a_classification_head_without_a_layer_is_linear) {
  const Array x = normal({3, 6}, 117), w = normal({4, 6}, 118), b = normal({4}, 119);
  const Array want = output(linear(x, w).with("b", b), "y");
  for (const char* activation : {"tanh", "relu", "gelu", "none"}) {
    const PropertyCall head = {
        "classification_head", {{"activation", activation}}, {{"x", x}, {"w", w}, {"b", b}}, {}};
    BOOST_TEST(same_bits(output(head, "logits"), want), activation);
  }
}

BOOST_AUTO_TEST_CASE(a_classification_head_without_an_activation_is_one_linear_map) {
  const Array x = normal({3, 6}, 117), w_dense = normal({5, 6}, 120), w = normal({4, 5}, 121);
  const Array both = output(linear(w, transposed(w_dense)), "y");
  const PropertyCall head = {
      "classification_head", {}, {{"x", x}, {"w_dense", w_dense}, {"w", w}}, {}};
  const Array want = output(linear(x, both), "y");
  BOOST_TEST(difference(output(head.with("activation", "none"), "logits"), want) < rounding);
  for (const char* activation : {"tanh", "relu", "gelu"}) {
    BOOST_TEST(difference(output(head.with("activation", activation), "logits"), want) > 1e-3);
  }
}

BOOST_AUTO_TEST_CASE(a_span_head_is_one_linear_map_to_pairs) {
  Array x = span_head.inputs.at("x");
  x.shape = {8, 5};
  const Array pairs =
      output(linear(x, span_head.inputs.at("w")).with("b", span_head.inputs.at("b")), "y");
  const Array start = output(span_head, "start"), end = output(span_head, "end");
  for (std::size_t i = 0; i < 8; ++i) {
    BOOST_TEST(start.as<double>()[i] == pairs.as<double>()[2 * i]);
    BOOST_TEST(end.as<double>()[i] == pairs.as<double>()[2 * i + 1]);
  }
}

BOOST_AUTO_TEST_CASE(merged_equals_unmerged) {
  for (const char* rule : {"alpha_over_rank", "alpha_over_sqrt_rank"}) {
    const PropertyCall call = lora.with("scaling", rule);
    const PropertyCall served =
        linear(lora.inputs.at("x"), merged(call)).with("b", lora.inputs.at("b"));
    BOOST_TEST(difference(output(call, "y"), output(served, "y")) < 20 * rounding, rule);
  }
}

BOOST_AUTO_TEST_CASE(a_correction_of_zero_changes_nothing) {
  const PropertyCall plain =
      linear(lora.inputs.at("x"), lora.inputs.at("w")).with("b", lora.inputs.at("b"));
  for (const char* matrix : {"lora_a", "lora_b"}) {
    const PropertyCall zero = lora.with(matrix, filled(lora.inputs.at(matrix).shape, 0));
    BOOST_TEST(difference(output(zero, "y"), output(plain, "y")) == 0);
    BOOST_TEST(difference(merged(zero), lora.inputs.at("w")) == 0);
  }
}

BOOST_AUTO_TEST_CASE(merging_and_taking_away_restores_the_weight) {
  const PropertyCall away = lora.with("w", merged(lora)).with("alpha", "-6");
  BOOST_TEST(difference(merged(away), lora.inputs.at("w")) < rounding);
}

BOOST_AUTO_TEST_CASE(both_rules_of_scaling_differ_by_the_root_of_the_rank) {
  // The rank is 4: alpha 6 by the root is alpha 12 by the rank.
  const PropertyCall by_root = lora.with("scaling", "alpha_over_sqrt_rank");
  BOOST_TEST(same_bits(output(by_root, "y"), output(lora.with("alpha", "12"), "y")));
  BOOST_TEST(same_bits(merged(by_root), merged(lora.with("alpha", "12"))));
}

}  // namespace assay::suites::self
