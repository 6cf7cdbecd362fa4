// SPDX-License-Identifier: Apache-2.0
// Properties of scaled rotary positions and of biases that follow distances.
#include <boost/test/unit_test.hpp>
#include <cmath>

#include "suites/self/property.h"

namespace assay::suites::self {
namespace {

using fixtures::Array;

Array output(const PropertyCall& call, const char* name = "y") {
  return implementation()(call).find(name)->second;
}

const std::vector<const char*> scalings = {"none", "linear", "ntk", "yarn", "llama3"};

/// x: two tokens of one head with 12 channels; base and length are such that every scaling has
/// pairs of all kinds.
PropertyCall scaled_rope(const char* scaling, std::int64_t first, std::int64_t second) {
  return {"rope",
          {{"scaling", scaling}, {"factor", "4"}, {"original_len", "600"}, {"base", "1000"}},
          {{"x", normal({1, 1, 2, 12}, 21)}, {"positions", integers({1, 2}, {first, second})}},
          {}};
}

/// 4 queries and 30 keys, all moved by `offset`.
PropertyCall alibi(const std::string& n_heads, std::int64_t offset) {
  return {"alibi",
          {{"n_heads", n_heads}},
          {{"query_positions", integers({4}, {offset + 7, offset + 3, offset + 29, offset})},
           {"key_positions", counted({30}, offset)}},
          {}};
}
PropertyCall t5_bias(std::int64_t offset) {
  return {"t5_bias",
          {{"max_distance", "20"}},
          {{"query_positions", integers({4}, {offset + 7, offset + 3, offset + 29, offset})},
           {"key_positions", counted({30}, offset)},
           {"table", normal({12, 3}, 20)}},
          {}};
}

/// Cosine of every pair at this position.
Array cosines(const PropertyCall& call) {
  Array x = filled({1, 1, 2, 12}, 0);
  for (std::size_t d = 0; d < 6; ++d) x.as<double>()[d] = x.as<double>()[12 + d] = 1;
  return range(output(call.with("x", x)), 3, 0, 6);
}

}  // namespace

BOOST_AUTO_TEST_CASE(scaled_rope_products_depend_on_the_distance_of_positions_only) {
  const auto product = [](const char* scaling, std::int64_t first, std::int64_t second) {
    const Array y = output(scaled_rope(scaling, first, second));
    double dot = 0;
    for (std::size_t d = 0; d < 12; ++d) dot += y.as<double>()[d] * y.as<double>()[12 + d];
    return dot;
  };
  for (const char* scaling : scalings) {
    BOOST_TEST_INFO(scaling);
    BOOST_TEST(std::abs(product(scaling, 7, 4) - product(scaling, 1003, 1000)) < 1e-10);
    BOOST_TEST(std::abs(product(scaling, 7, 4) - product(scaling, 9, 4)) > 1e-3);
  }
}

BOOST_AUTO_TEST_CASE(linear_scaling_interpolates_positions) {
  BOOST_TEST(difference(output(scaled_rope("linear", 4 * 17, 4 * 90)),
                        output(scaled_rope("none", 17, 90))) < rounding);
}

BOOST_AUTO_TEST_CASE(ntk_keeps_the_first_pair_and_interpolates_the_last) {
  const Array ntk = cosines(scaled_rope("ntk", 40, 88)),
              none = cosines(scaled_rope("none", 40, 88));
  const Array linear = cosines(scaled_rope("linear", 40, 88));
  BOOST_TEST(difference(range(ntk, 3, 0, 1), range(none, 3, 0, 1)) < rounding);
  BOOST_TEST(difference(range(ntk, 3, 5, 1), range(linear, 3, 5, 1)) < rounding);
  BOOST_TEST(difference(range(ntk, 3, 2, 1), range(linear, 3, 2, 1)) > 1e-3);
}

BOOST_AUTO_TEST_CASE(yarn_and_llama3_keep_fast_pairs_and_interpolate_slow_ones) {
  for (const char* scaling : {"yarn", "llama3"}) {
    BOOST_TEST_INFO(scaling);
    const Array mixed = cosines(scaled_rope(scaling, 40, 88).with("attention_factor", "1"));
    const Array none = cosines(scaled_rope("none", 40, 88));
    const Array linear = cosines(scaled_rope("linear", 40, 88));
    BOOST_TEST(difference(range(mixed, 3, 0, 1), range(none, 3, 0, 1)) < rounding);
    BOOST_TEST(difference(range(mixed, 3, 5, 1), range(linear, 3, 5, 1)) < rounding);
  }
}

BOOST_AUTO_TEST_CASE(scaling_by_one_changes_nothing) {
  for (const char* scaling : scalings) {
    BOOST_TEST_INFO(scaling);
    const Array y = output(scaled_rope(scaling, 7, 400).with("factor", "1"));
    BOOST_TEST(difference(y, output(scaled_rope("none", 7, 400))) < 1e-11);
  }
}

BOOST_AUTO_TEST_CASE(yarn_lengthens_what_it_turns) {
  const auto length = [](const PropertyCall& call) {
    const Array y = output(call);
    double squares = 0;
    for (std::size_t d = 0; d < 24; ++d) squares += y.as<double>()[d] * y.as<double>()[d];
    return std::sqrt(squares);
  };
  const double grown = length(scaled_rope("yarn", 7, 40)) / length(scaled_rope("none", 7, 40));
  BOOST_TEST(std::abs(grown - (0.1 * std::log(4.0) + 1)) < rounding);
}

BOOST_AUTO_TEST_CASE(qkv_arrangements_are_permutations_of_each_other) {
  const auto projected = [](const char* arrangement, const std::vector<std::int64_t>& rows) {
    return implementation()(
        {"qkv_projection",
         {{"n_heads", "4"}, {"n_kv_heads", "2"}, {"head_dim", "2"}, {"arrangement", arrangement}},
         {{"x", normal({2, 3, 5}, 26)},
          {"w", slices(normal({16, 5}, 27), 0, rows)},
          {"b", slices(normal({16}, 28), 0, rows)}},
         {}});
  };
  const Tensors blocks =
      projected("three_blocks", {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15});
  const Tensors groups =
      projected("per_group", {0, 1, 2, 3, 8, 9, 12, 13, 4, 5, 6, 7, 10, 11, 14, 15});
  for (const char* name : {"q", "k", "v"}) {
    BOOST_TEST(same_bits(blocks.at(name), groups.at(name)), name);
  }
}

BOOST_AUTO_TEST_CASE(qkv_of_one_head_is_linear) {
  const Array x = normal({1, 3, 5}, 29), w = normal({12, 5}, 30), b = normal({12}, 31);
  Tensors heads =
      implementation()({"qkv_projection", {{"head_dim", "4"}}, {{"x", x}, {"w", w}, {"b", b}}, {}});
  Array tokens = x;
  tokens.shape = {3, 5};
  const Array y = output({"linear", {}, {{"x", tokens}, {"w", w}, {"b", b}}, {}});
  std::int64_t first = 0;
  for (const char* name : {"q", "k", "v"}) {
    Array& head = heads.at(name);
    head.shape = {3, 4};
    BOOST_TEST(same_bits(head, range(y, 1, first, 4)), name);
    first += 4;
  }
}

BOOST_AUTO_TEST_CASE(alibi_slopes_of_a_power_of_two_are_a_geometric_sequence) {
  for (const std::int64_t n_heads : {1, 2, 4, 8, 16, 64}) {
    const Array slopes = output(alibi(std::to_string(n_heads), 0).asking_for("slopes"), "slopes");
    const double* slope = slopes.as<double>();
    BOOST_TEST(std::abs(slope[n_heads - 1] - 1.0 / 256) < rounding);
    for (std::int64_t h = 1; h < n_heads; ++h) {
      BOOST_TEST(std::abs(slope[h] - slope[h - 1] * slope[0]) < rounding);
    }
  }
}

BOOST_AUTO_TEST_CASE(alibi_slopes_are_all_different) {
  for (const std::int64_t n_heads : {3, 5, 12, 15, 40, 71}) {
    const Array slopes = output(alibi(std::to_string(n_heads), 0).asking_for("slopes"), "slopes");
    const double* slope = slopes.as<double>();
    for (std::int64_t h = 0; h < n_heads; ++h) {
      BOOST_TEST((slope[h] > 0 && slope[h] < 1));
      for (std::int64_t other = 0; other < h; ++other) BOOST_TEST(slope[h] != slope[other]);
    }
  }
}

BOOST_AUTO_TEST_CASE(biases_depend_on_the_distance_of_positions_only) {
  BOOST_TEST(same_bits(output(alibi("6", 0), "bias"), output(alibi("6", 12345), "bias")));
  for (const char* bidirectional : {"true", "false"}) {
    const PropertyCall here = t5_bias(0).with("bidirectional", bidirectional);
    const PropertyCall there = t5_bias(12345).with("bidirectional", bidirectional);
    BOOST_TEST(same_bits(output(here, "bias"), output(there, "bias")));
  }
}

BOOST_AUTO_TEST_CASE(both_forms_of_alibi_are_the_same_after_softmax_under_a_causal_mask) {
  const auto attend = [](const char* form) {
    PropertyCall bias = alibi("4", 0).with("form", form);
    bias.inputs.insert_or_assign("query_positions", counted({5}));
    Array mask = output(bias.with("key_positions", counted({5})), "bias");
    mask.shape = {1, 4, 5, 5};
    return output({"attention",
                   {{"causal", "bottom_right"}},
                   {{"q", normal({2, 4, 5, 6}, 22)},
                    {"k", normal({2, 4, 5, 6}, 23)},
                    {"v", normal({2, 4, 5, 6}, 24)},
                    {"mask", mask}},
                   {}},
                  "out");
  };
  BOOST_TEST(difference(attend("distance"), attend("key_position")) < rounding);
}

BOOST_AUTO_TEST_CASE(t5_buckets_grow_with_distance_and_reach_the_last) {
  for (const std::int64_t n_buckets : {2, 5, 8, 17, 32}) {
    PropertyCall call = t5_bias(0).with("bidirectional", "false").with("max_distance", "128");
    call = call.asking_for("buckets");
    call = call.with("query_positions", integers({1}, {400}));
    call = call.with("key_positions", counted({401})).with("table", normal({n_buckets, 1}, 25));
    const Array buckets = output(call, "buckets");
    const std::int64_t* bucket = buckets.as<std::int64_t>();
    BOOST_TEST(bucket[0] == n_buckets - 1);
    BOOST_TEST(bucket[400] == 0);
    for (std::size_t j = 1; j <= 400; ++j) {
      BOOST_TEST((bucket[j - 1] == bucket[j] || bucket[j - 1] == bucket[j] + 1));
    }
  }
}

}  // namespace assay::suites::self
