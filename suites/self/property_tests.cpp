// SPDX-License-Identifier: Apache-2.0
// Properties of linear, softmax, the norms and the positions that hold whatever the numbers are:
// another witness of the loops beside the goldens, which come from the same loops.
#define BOOST_TEST_MODULE properties
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>

#include "suites/self/property.h"

namespace assay::suites::self {

const Evaluate& implementation() {
  static const Evaluate reference = evaluate_reference;
  return reference;
}

namespace {

using fixtures::Array;

Array output(const PropertyCall& call, const char* name = "y") {
  return implementation()(call).find(name)->second;
}

Array scaled(Array array, double factor, double offset = 0) {
  for (std::size_t i = 0; i < array.count(); ++i) {
    const double product = factor * array.as<double>()[i];
    array.as<double>()[i] = product + offset;
  }
  return array;
}

Array sum(Array a, const Array& b) {
  for (std::size_t i = 0; i < a.count(); ++i) a.as<double>()[i] += b.as<double>()[i];
  return a;
}

const PropertyCall linear = {
    "linear",
    {},
    {{"x", normal({5, 7}, 1)}, {"w", normal({11, 7}, 2)}, {"b", normal({11}, 3)}},
    {}};
const PropertyCall layer_norm = {
    "layer_norm",
    {{"eps", "0"}},
    {{"x", normal({5, 9}, 4, 3)}, {"weight", normal({9}, 5)}, {"bias", normal({9}, 6)}},
    {}};
const PropertyCall rms_norm = {
    "rms_norm", {{"eps", "0"}}, {{"x", normal({5, 9}, 7, 3)}, {"weight", normal({9}, 8)}}, {}};
const PropertyCall rope = {
    "rope", {}, {{"x", normal({2, 3, 5, 10}, 9)}, {"positions", counted({1, 5}, 3)}}, {}};

}  // namespace

BOOST_AUTO_TEST_CASE(linear_of_a_sum_is_the_sum_of_linear) {
  const PropertyCall bare = linear.without("b");
  const Array other = normal({5, 7}, 10);
  const Array both = output(bare.with("x", sum(other, bare.inputs.at("x"))));
  BOOST_TEST(difference(both, sum(output(bare), output(bare.with("x", other)))) < rounding);
}

BOOST_AUTO_TEST_CASE(linear_with_the_unit_matrix_returns_its_input) {
  Array unit = filled({7, 7}, 0);
  for (std::size_t i = 0; i < 7; ++i) unit.as<double>()[i * 7 + i] = 1;
  const PropertyCall identity = linear.without("b").with("w", unit);
  BOOST_TEST(same_bits(output(identity), linear.inputs.at("x")));
}

BOOST_AUTO_TEST_CASE(linear_of_zero_is_the_bias) {
  const Array y = output(linear.with("x", filled({1, 7}, 0)));
  BOOST_TEST(difference(y, slices(floats({1, 11}, std::vector<double>(
                                                      linear.inputs.at("b").as<double>(),
                                                      linear.inputs.at("b").as<double>() + 11)),
                                  0, {0})) == 0);
}

BOOST_AUTO_TEST_CASE(tokens_do_not_see_each_other) {
  const std::vector<std::int64_t> order = {3, 0, 4, 1};
  for (const PropertyCall& call : {linear, layer_norm, rms_norm}) {
    BOOST_TEST_INFO(call.op);
    const Array permuted = output(call.with("x", slices(call.inputs.at("x"), 0, order)));
    BOOST_TEST(same_bits(permuted, slices(output(call), 0, order)));
  }
}

BOOST_AUTO_TEST_CASE(softmax_ignores_a_shift_of_the_row) {
  // Sums on a coarse grid are exact, and exp(4000) would overflow without the shift.
  const PropertyCall softmax = {
      "softmax", {{"temperature", "2"}}, {{"x", floats({1, 4}, {1.5, -2.25, 0.125, 3})}}, {}};
  const Array shifted = scaled(softmax.inputs.at("x"), 1, 8000);
  BOOST_TEST(difference(output(softmax, "probs"), output(softmax.with("x", shifted), "probs")) <
             rounding);
}

BOOST_AUTO_TEST_CASE(softmax_of_nothing_but_minus_infinity_is_zero) {
  const double out = -std::numeric_limits<double>::infinity();
  const Array probs = output({"softmax", {}, {{"x", filled({2, 3}, out)}}, {}}, "probs");
  BOOST_TEST(same_bits(probs, filled({2, 3}, 0)));
}

BOOST_AUTO_TEST_CASE(softmax_rows_sum_to_one_and_keep_the_order) {
  const Array x = normal({4, 9}, 12, 5);
  const Array probs = output({"softmax", {}, {{"x", x}}, {}}, "probs");
  for (std::size_t r = 0; r < 4; ++r) {
    double total = 0;
    for (std::size_t i = 0; i < 9; ++i) {
      total += probs.as<double>()[r * 9 + i];
      for (std::size_t j = 0; j < 9; ++j) {
        const bool more = x.as<double>()[r * 9 + i] > x.as<double>()[r * 9 + j];
        BOOST_TEST((!more || probs.as<double>()[r * 9 + i] > probs.as<double>()[r * 9 + j]));
      }
    }
    BOOST_TEST(std::abs(total - 1) < rounding);
  }
}

BOOST_AUTO_TEST_CASE(softmax_temperature_divides_the_scores) {
  const PropertyCall warm = {"softmax", {{"temperature", "4"}}, {{"x", normal({3, 7}, 13)}}, {}};
  const PropertyCall cold = {"softmax", {}, {{"x", scaled(warm.inputs.at("x"), 0.25)}}, {}};
  BOOST_TEST(difference(output(warm, "probs"), output(cold, "probs")) < rounding);
}

BOOST_AUTO_TEST_CASE(rms_norm_ignores_the_scale_of_a_token_without_eps) {
  const Array larger = scaled(rms_norm.inputs.at("x"), 1000);
  BOOST_TEST(difference(output(rms_norm), output(rms_norm.with("x", larger))) < rounding);
}

BOOST_AUTO_TEST_CASE(rms_norm_gives_mean_square_one) {
  const Array y = output(rms_norm.with("weight", filled({9}, 1)));
  for (std::size_t t = 0; t < 5; ++t) {
    double squares = 0;
    for (std::size_t c = 0; c < 9; ++c) squares += std::pow(y.as<double>()[t * 9 + c], 2);
    BOOST_TEST(std::abs(squares / 9 - 1) < rounding);
  }
}

BOOST_AUTO_TEST_CASE(layer_norm_ignores_scale_and_offset_of_a_token_without_eps) {
  const Array moved = scaled(layer_norm.inputs.at("x"), 8, 50);
  BOOST_TEST(difference(output(layer_norm), output(layer_norm.with("x", moved))) < rounding);
}

BOOST_AUTO_TEST_CASE(layer_norm_gives_mean_zero_and_variance_one) {
  const Array y = output(layer_norm.without("bias").with("weight", filled({9}, 1)));
  for (std::size_t t = 0; t < 5; ++t) {
    double total = 0, squares = 0;
    for (std::size_t c = 0; c < 9; ++c) {
      total += y.as<double>()[t * 9 + c];
      squares += std::pow(y.as<double>()[t * 9 + c], 2);
    }
    BOOST_TEST(std::abs(total) < rounding);
    BOOST_TEST(std::abs(squares / 9 - 1) < rounding);
  }
}

BOOST_AUTO_TEST_CASE(layer_norm_of_a_centred_token_is_rms_norm) {
  const Array centred = output(layer_norm.without("bias").with("weight", filled({9}, 1)));
  const PropertyCall rms = rms_norm.with("eps", "0.25").with("x", centred);
  const PropertyCall layer = {
      "layer_norm", {{"eps", "0.25"}}, {{"x", centred}, {"weight", rms.inputs.at("weight")}}, {}};
  BOOST_TEST(difference(output(rms), output(layer)) < rounding);
}

BOOST_AUTO_TEST_CASE(rope_leaves_position_zero_and_every_length_alone) {
  for (const char* pairing : {"half", "interleaved"}) {
    const PropertyCall call = rope.with("pairing", pairing);
    const Array at_zero = output(call.with("positions", integers({1, 5}, {0, 0, 0, 0, 0})));
    BOOST_TEST(same_bits(at_zero, rope.inputs.at("x")));
    const Array y = output(call), &x = rope.inputs.at("x");
    for (std::size_t row = 0; row < 30; ++row) {
      double before = 0, after = 0;
      for (std::size_t d = 0; d < 10; ++d) {
        before += std::pow(x.as<double>()[row * 10 + d], 2);
        after += std::pow(y.as<double>()[row * 10 + d], 2);
      }
      BOOST_TEST(std::abs(before - after) < rounding * 100);
    }
  }
}

BOOST_AUTO_TEST_CASE(rope_products_depend_on_the_distance_of_positions_only) {
  const auto product = [](const char* pairing, std::int64_t first, std::int64_t second) {
    // One query and one key in two tokens of one head.
    const Array y = output(
        {"rope",
         {{"pairing", pairing}, {"rotary_dim", "8"}},
         {{"x", normal({1, 1, 2, 10}, 14)}, {"positions", integers({1, 2}, {first, second})}},
         {}});
    double dot = 0;
    for (std::size_t d = 0; d < 10; ++d) dot += y.as<double>()[d] * y.as<double>()[10 + d];
    return dot;
  };
  for (const char* pairing : {"half", "interleaved"}) {
    BOOST_TEST(std::abs(product(pairing, 7, 4) - product(pairing, 103, 100)) < 1e-11);
    BOOST_TEST(std::abs(product(pairing, 7, 4) - product(pairing, 8, 4)) > 1e-3);
  }
}

BOOST_AUTO_TEST_CASE(learned_positions_with_an_offset_read_later_rows) {
  const Array x = normal({4, 6}, 15), table = normal({9, 6}, 16);
  const auto at = [&](const char* offset, std::int64_t first) {
    return output({"learned_positions",
                   {{"offset", offset}},
                   {{"x", x}, {"table", table}, {"positions", counted({4}, first)}},
                   {}});
  };
  BOOST_TEST(same_bits(at("2", 1), at("0", 3)));
  const Array from_table = sum(x, range(table, 0, 3, 4));
  BOOST_TEST(same_bits(at("0", 3), from_table));
}

BOOST_AUTO_TEST_CASE(sinusoidal_positions_have_unit_points_in_both_arrangements) {
  const auto at = [](const char* arrangement) {
    return output({"sinusoidal_positions",
                   {{"arrangement", arrangement}},
                   {{"x", filled({5, 8}, 0)}, {"positions", counted({5}, 11)}},
                   {}});
  };
  const Array interleaved = at("interleaved"), concatenated = at("concatenated");
  for (std::size_t t = 0; t < 5; ++t) {
    for (std::size_t pair = 0; pair < 4; ++pair) {
      const double sine = interleaved.as<double>()[t * 8 + 2 * pair];
      const double cosine = interleaved.as<double>()[t * 8 + 2 * pair + 1];
      BOOST_TEST(std::abs(sine * sine + cosine * cosine - 1) < rounding);
      BOOST_TEST(concatenated.as<double>()[t * 8 + pair] == sine);
      BOOST_TEST(concatenated.as<double>()[t * 8 + 4 + pair] == cosine);
    }
  }
}

}  // namespace assay::suites::self
