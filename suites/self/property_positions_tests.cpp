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

}  // namespace assay::suites::self
