// SPDX-License-Identifier: Apache-2.0
// Properties of attention that hold whatever the numbers are. "In bits" where no rounding can
// excuse a change (causality); within rounding elsewhere.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>

#include "suites/self/property.h"

namespace assay::suites::self {
namespace {

using fixtures::Array;

Array output(const PropertyCall& call, const char* name = "out") {
  return implementation()(call).find(name)->second;
}

/// Two sequences, six heads that share three key/value heads, five queries, seven keys.
const PropertyCall attention = {"attention",
                                {},
                                {{"q", normal({2, 6, 5, 10}, 21)},
                                 {"k", normal({2, 3, 7, 10}, 22)},
                                 {"v", normal({2, 3, 7, 4}, 23)}},
                                {}};

/// The same with as many queries as keys, each looking back only.
const PropertyCall causal = {"attention",
                             {{"causal", "bottom_right"}},
                             {{"q", normal({2, 6, 7, 10}, 24)},
                              {"k", normal({2, 3, 7, 10}, 25)},
                              {"v", normal({2, 3, 7, 4}, 26)}},
                             {}};

double mean_square(const Array& array) {
  double squares = 0;
  for (std::size_t i = 0; i < array.count(); ++i) {
    squares += array.as<double>()[i] * array.as<double>()[i];
  }
  return squares / static_cast<double>(array.count());
}

}  // namespace

BOOST_AUTO_TEST_CASE(scaled_scores_of_unit_variance_have_variance_one) {
  const PropertyCall wide = {"attention",
                             {{"scores_stage", "scaled"}},
                             {{"q", normal({2, 4, 50, 33}, 27)},
                              {"k", normal({2, 4, 60, 33}, 28)},
                              {"v", normal({2, 4, 60, 1}, 29)}},
                             {"scores"}};
  BOOST_TEST(std::abs(mean_square(output(wide, "scores")) - 1) < 0.1);
  const Array unscaled = output(wide.with("scale_rule", "none"), "scores");
  BOOST_TEST(std::abs(mean_square(unscaled) - 33) < 3.3);
}

BOOST_AUTO_TEST_CASE(a_later_token_changes_no_bit_of_an_earlier_output) {
  const Array before = output(causal);
  PropertyCall changed = causal;
  for (const char* name : {"q", "k", "v"}) {
    changed = changed.with(name, overwritten(causal.inputs.at(name), 2, 4, 1e6));
  }
  const Array after = output(changed);
  BOOST_TEST(same_bits(range(before, 2, 0, 4), range(after, 2, 0, 4)));
  BOOST_TEST(difference(range(before, 2, 4, 3), range(after, 2, 4, 3)) > 1e-3);
}

BOOST_AUTO_TEST_CASE(queries_are_independent_of_each_other) {
  const std::vector<std::int64_t> order = {4, 2, 0, 3};
  const Array permuted = output(attention.with("q", slices(attention.inputs.at("q"), 2, order)));
  BOOST_TEST(same_bits(permuted, slices(output(attention), 2, order)));
}

BOOST_AUTO_TEST_CASE(the_order_of_keys_does_not_matter_without_positions) {
  const std::vector<std::int64_t> order = {6, 2, 0, 3, 5, 1, 4};
  const PropertyCall permuted = attention.with("k", slices(attention.inputs.at("k"), 2, order))
                                    .with("v", slices(attention.inputs.at("v"), 2, order));
  BOOST_TEST(difference(output(permuted), output(attention)) < rounding);
}

BOOST_AUTO_TEST_CASE(heads_and_sequences_are_independent_of_each_other) {
  PropertyCall second = attention;
  for (const char* name : {"q", "k", "v"}) {
    second = second.with(name, range(attention.inputs.at(name), 0, 1, 1));
  }
  BOOST_TEST(same_bits(output(second), range(output(attention), 0, 1, 1)));
  // Heads 2 and 3 read key/value head 1 of three.
  const PropertyCall group = attention.with("q", range(attention.inputs.at("q"), 1, 2, 2))
                                 .with("k", range(attention.inputs.at("k"), 1, 1, 1))
                                 .with("v", range(attention.inputs.at("v"), 1, 1, 1));
  BOOST_TEST(same_bits(output(group), range(output(attention), 1, 2, 2)));
}

BOOST_AUTO_TEST_CASE(values_of_ones_give_ones) {
  const Array ones = filled({2, 3, 7, 4}, 1);
  for (const PropertyCall& call :
       {attention, causal, attention.with("softcap", "2"),
        attention.with("key_lengths", integers({2}, {3, 7})), causal.with("window", "2")}) {
    const Array out = output(call.with("v", ones));
    BOOST_TEST(difference(out, filled(out.shape, 1)) < rounding);
  }
}

BOOST_AUTO_TEST_CASE(one_key_returns_its_value) {
  const PropertyCall one = attention.with("k", range(attention.inputs.at("k"), 2, 3, 1))
                               .with("v", range(attention.inputs.at("v"), 2, 3, 1));
  const Array out = output(one);
  const Array value = slices(range(attention.inputs.at("v"), 2, 3, 1), 1, {0, 0, 1, 1, 2, 2});
  BOOST_TEST(same_bits(out, slices(value, 2, {0, 0, 0, 0, 0})));
}

BOOST_AUTO_TEST_CASE(garbage_behind_key_lengths_never_leaks) {
  PropertyCall padded = attention.with("key_lengths", integers({2}, {4, 4}));
  PropertyCall cut = attention;
  for (const char* name : {"k", "v"}) {
    Array garbage = attention.inputs.at(name);
    for (std::int64_t j = 4; j < 7; ++j) garbage = overwritten(garbage, 2, j, 1e30);
    padded = padded.with(name, garbage);
    cut = cut.with(name, range(attention.inputs.at(name), 2, 0, 4));
  }
  BOOST_TEST(difference(output(padded), output(cut)) < rounding);
}

BOOST_AUTO_TEST_CASE(a_boolean_mask_and_minus_infinity_exclude_alike) {
  const Array keep = booleans({1, 1, 1, 7}, {1, 0, 1, 1, 0, 1, 1});
  const double out = -std::numeric_limits<double>::infinity();
  const Array mask = floats({1, 1, 1, 7}, {0, out, 0, 0, out, 0, 0});
  BOOST_TEST(same_bits(output(attention.with("keep", keep)), output(attention.with("mask", mask))));
}

BOOST_AUTO_TEST_CASE(a_row_that_sees_nothing_gives_zero) {
  const Array keep = booleans({1, 1, 5, 1}, {1, 0, 1, 1, 1});
  const Array out = output(attention.with("keep", keep));
  BOOST_TEST(same_bits(range(out, 2, 1, 1), filled({2, 6, 1, 4}, 0)));
  BOOST_TEST(same_bits(range(out, 2, 2, 3), range(output(attention), 2, 2, 3)));
}

BOOST_AUTO_TEST_CASE(steps_with_a_cache_equal_the_full_pass) {
  for (const std::int64_t chunk : {1, 2, 3}) {
    const Array full = output(causal);
    Array past_k = filled({2, 3, 0, 10}, 0), past_v = filled({2, 3, 0, 4}, 0);
    for (std::int64_t first = 0; first < 7; first += chunk) {
      const std::int64_t count = std::min<std::int64_t>(chunk, 7 - first);
      PropertyCall step = causal.asking_for("present_k").asking_for("present_v");
      for (const char* name : {"q", "k", "v"}) {
        step = step.with(name, range(causal.inputs.at(name), 2, first, count));
      }
      if (first > 0) step = step.with("past_k", past_k).with("past_v", past_v);
      const Tensors outputs = implementation()(step);
      BOOST_TEST(difference(outputs.at("out"), range(full, 2, first, count)) < rounding);
      past_k = outputs.at("present_k");
      past_v = outputs.at("present_v");
    }
    BOOST_TEST(same_bits(past_k, causal.inputs.at("k")));
    BOOST_TEST(same_bits(past_v, causal.inputs.at("v")));
  }
}

BOOST_AUTO_TEST_CASE(the_last_row_under_the_causal_mask_is_unmasked_decoding) {
  const PropertyCall decode =
      causal.with("q", range(causal.inputs.at("q"), 2, 6, 1)).with("causal", "none");
  BOOST_TEST(difference(output(decode), range(output(causal), 2, 6, 1)) < rounding);
}

BOOST_AUTO_TEST_CASE(a_window_of_one_returns_the_own_value) {
  const Array out = output(causal.with("window", "1"));
  BOOST_TEST(same_bits(out, slices(causal.inputs.at("v"), 1, {0, 0, 1, 1, 2, 2})));
}

BOOST_AUTO_TEST_CASE(a_window_hides_what_lies_before_it) {
  PropertyCall poisoned = causal.with("window", "3");
  for (const char* name : {"k", "v"}) {
    poisoned = poisoned.with(name, overwritten(causal.inputs.at(name), 2, 1, 1e6));
  }
  const Array before = output(causal.with("window", "3")), after = output(poisoned);
  BOOST_TEST(same_bits(range(before, 2, 4, 3), range(after, 2, 4, 3)));
  BOOST_TEST(difference(range(before, 2, 3, 1), range(after, 2, 3, 1)) > 1e-3);
}

BOOST_AUTO_TEST_CASE(a_wide_softcap_changes_little_and_bounds_the_scores) {
  PropertyCall call = attention.with("scores_stage", "capped").asking_for("scores");
  const Array uncapped = output(call, "scores");
  BOOST_TEST(difference(output(call.with("softcap", "65536"), "scores"), uncapped) < 1e-6);
  const Array capped = output(call.with("softcap", "0.5"), "scores");
  for (std::size_t i = 0; i < capped.count(); ++i) {
    BOOST_TEST(std::abs(capped.as<double>()[i]) < 0.5);
  }
}

}  // namespace assay::suites::self
