// SPDX-License-Identifier: Apache-2.0
// Properties of the losses and of what they are made of.
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>

#include "suites/self/property.h"

namespace assay::suites::self {
namespace {

using fixtures::Array;

Array output(const PropertyCall& call, const char* name) {
  return implementation()(call).find(name)->second;
}

template <class Function>
Array each(Array array, const Function& function) {
  for (std::size_t i = 0; i < array.count(); ++i) {
    array.as<double>()[i] = function(array.as<double>()[i]);
  }
  return array;
}

double mean_of(const Array& array) {
  double total = 0;
  for (std::size_t i = 0; i < array.count(); ++i) total += array.as<double>()[i];
  return total / static_cast<double>(array.count());
}

PropertyCall rows(const char* op, const Array& x) { return {op, {}, {{"x", x}}, {}}; }

const PropertyCall cross_entropy = {
    "cross_entropy",
    {},
    {{"logits", normal({6, 9}, 71, 2)}, {"labels", integers({6}, {3, 0, 8, 3, 1, 7})}},
    {"loss"}};

}  // namespace

BOOST_AUTO_TEST_CASE(log_softmax_is_the_logarithm_of_softmax) {
  const Array x = normal({5, 7}, 72, 3);
  const Array probs = output(rows("softmax", x).with("temperature", "2"), "probs");
  const Array logs = output(rows("log_softmax", x).with("temperature", "2"), "log_probs");
  BOOST_TEST(difference(logs, each(probs, [](double p) { return std::log(p); })) < rounding);
}

BOOST_AUTO_TEST_CASE(log_softmax_of_log_softmax_is_itself) {
  const Array once = output(rows("log_softmax", normal({4, 11}, 73, 5)), "log_probs");
  BOOST_TEST(difference(output(rows("log_softmax", once), "log_probs"), once) < rounding);
}

BOOST_AUTO_TEST_CASE(log_softmax_is_what_log_sum_exp_leaves) {
  const Array x = normal({1, 13}, 74, 4);
  const double value = output(rows("log_sum_exp", x), "value").as<double>()[0];
  const Array left = each(x, [&](double score) { return score - value; });
  BOOST_TEST(difference(output(rows("log_softmax", x), "log_probs"), left) < rounding);
}

BOOST_AUTO_TEST_CASE(log_sum_exp_moves_with_its_row_and_counts_equal_scores) {
  const Array x = normal({5, 6}, 75);
  const Array moved = each(x, [](double score) { return score + 4096; });
  const Array want =
      each(output(rows("log_sum_exp", x), "value"), [](double value) { return value + 4096; });
  BOOST_TEST(difference(output(rows("log_sum_exp", moved), "value"), want) < rounding * 4096);
  const PropertyCall eight = rows("log_sum_exp", filled({1, 8}, 0)).with("base", "2");
  BOOST_TEST(difference(output(eight, "value"), filled({1}, 3)) < rounding);
}

BOOST_AUTO_TEST_CASE(equal_logits_cost_the_logarithm_of_the_vocabulary) {
  const PropertyCall flat = cross_entropy.with("logits", filled({6, 9}, -3));
  BOOST_TEST(difference(output(flat, "losses"), filled({6}, std::log(9.0))) < rounding);
  // Smoothing between equal things changes nothing.
  const PropertyCall smoothed = flat.with("label_smoothing", "0.375");
  BOOST_TEST(difference(output(smoothed, "losses"), filled({6}, std::log(9.0))) < rounding);
}

BOOST_AUTO_TEST_CASE(smoothing_is_linear_between_the_label_and_all_classes) {
  const Array none = output(cross_entropy, "losses");
  const Array all = output(cross_entropy.with("label_smoothing", "1"), "losses");
  const Array half = output(cross_entropy.with("label_smoothing", "0.5"), "losses");
  Array between = none;
  for (std::size_t t = 0; t < 6; ++t) {
    between.as<double>()[t] = (none.as<double>()[t] + all.as<double>()[t]) / 2;
  }
  BOOST_TEST(difference(half, between) < rounding);
}

BOOST_AUTO_TEST_CASE(equal_class_weights_leave_the_mean_alone) {
  const PropertyCall weighted = cross_entropy.with("class_weights", filled({9}, 2.5));
  BOOST_TEST(difference(output(weighted, "loss"), output(cross_entropy, "loss")) < rounding);
  const PropertyCall sum = weighted.with("reduction", "sum");
  const double want = 2.5 * 6 * mean_of(output(cross_entropy, "losses"));
  BOOST_TEST(difference(output(sum, "loss"), filled({1}, want)) < rounding * 100);
}

BOOST_AUTO_TEST_CASE(ignored_tokens_might_as_well_not_be_there) {
  const PropertyCall ignoring = cross_entropy.with("ignore_index", "3");
  const std::vector<std::int64_t> counted = {1, 2, 4, 5};
  const PropertyCall without =
      cross_entropy.with("logits", slices(cross_entropy.inputs.at("logits"), 0, counted))
          .with("labels", slices(cross_entropy.inputs.at("labels"), 0, counted));
  BOOST_TEST(same_bits(output(ignoring, "loss"), output(without, "loss")));
  BOOST_TEST(same_bits(slices(output(ignoring, "losses"), 0, counted), output(without, "losses")));
}

BOOST_AUTO_TEST_CASE(next_ids_are_own_ids_one_place_on) {
  const Array logits = normal({2, 5, 7}, 79, 2);
  const Array ids = integers({2, 5}, {3, 0, 6, 2, 1, 5, 5, 4, 0, 2});
  const PropertyCall next = {
      "language_model_loss", {}, {{"logits", logits}, {"ids", ids}}, {"loss", "perplexity"}};
  const PropertyCall own = next.with("objective", "masked")
                               .with("logits", range(logits, 1, 0, 4))
                               .with("ids", range(ids, 1, 1, 4));
  BOOST_TEST(same_bits(output(next, "loss"), output(own, "loss")));
  BOOST_TEST(same_bits(range(output(next, "losses"), 1, 0, 4), output(own, "losses")));
  BOOST_TEST(same_bits(range(output(next, "losses"), 1, 4, 1), filled({2, 1}, 0)));
}

BOOST_AUTO_TEST_CASE(a_masked_loss_is_a_cross_entropy) {
  Array logits = normal({2, 3, 7}, 80, 2), ids = integers({2, 3}, {3, -100, 6, 2, 1, -100});
  const PropertyCall masked = {"language_model_loss",
                               {{"objective", "masked"}},
                               {{"logits", logits}, {"ids", ids}},
                               {"loss"}};
  logits.shape = {6, 7};
  ids.shape = {6};
  const PropertyCall flat = {"cross_entropy", {}, {{"logits", logits}, {"labels", ids}}, {"loss"}};
  BOOST_TEST(difference(output(masked, "loss"), output(flat, "loss")) < rounding);
}

BOOST_AUTO_TEST_CASE(the_perplexity_of_equal_logits_is_the_vocabulary) {
  const PropertyCall flat = {"language_model_loss",
                             {},
                             {{"logits", filled({2, 4, 17}, 2.5)}, {"ids", counted({2, 4})}},
                             {"perplexity"}};
  BOOST_TEST(difference(output(flat, "perplexity"), filled({1}, 17)) < rounding * 17);
}

}  // namespace assay::suites::self
