// SPDX-License-Identifier: Apache-2.0
// The promise of the tolerances, on two seeds: right implementations pass, mistakes that show do
// not. accuracy_figures has the same on many seeds.
#define BOOST_TEST_MODULE accuracy
#include <boost/test/unit_test.hpp>

#include "fixtures/answers.h"
#include "fixtures/detection_floor.h"
#include "suites/self/accuracy/experiment.h"
#include "suites/self/accuracy/problems.h"

namespace {

using namespace assay;
using namespace assay::accuracy;

const Tallies& in_f32() {
  static const Tallies tallies = [] {
    ExperimentOptions options;
    options.seeds = 2;
    return run_experiment(options);
  }();
  return tallies;
}

std::int64_t missed(const Tallies& tallies, const std::string& op, const std::string& mistake) {
  const Tally& tally = tallies.at({op, mistake});
  return tally.distinct - tally.rejected[static_cast<std::size_t>(Rule::budget)];
}

}  // namespace

BOOST_AUTO_TEST_CASE(every_right_implementation_is_accepted_in_f32_and_f64) {
  for (const auto& [name, tally] : in_f32()) {
    if (tally.right) BOOST_TEST(tally.worst_share <= 1, name.first << ": " << name.second);
  }
  ExperimentOptions options;
  options.number_class = "f64";
  options.classes = {"f64"};
  options.seeds = 1;
  for (const auto& [name, tally] : run_experiment(options)) {
    if (tally.right) BOOST_TEST(tally.worst_share <= 1, name.first << ": " << name.second);
  }
}

BOOST_AUTO_TEST_CASE(at_least_twelve_orders_of_every_op_are_among_them) {
  for (const char* op : {"linear", "softmax", "layer_norm", "rms_norm", "rope", "attention"}) {
    int ways = 0;
    for (const auto& [name, tally] : in_f32()) ways += name.first == op && tally.right;
    BOOST_TEST(ways >= 12, op);
  }
}

BOOST_AUTO_TEST_CASE(narrower_arithmetic_is_never_accepted_in_f32) {
  BOOST_TEST(missed(in_f32(), "linear", "inputs cut to bf16") == 0);
  BOOST_TEST(missed(in_f32(), "linear", "inputs cut to TF32") == 0);
  BOOST_TEST(missed(in_f32(), "linear", "bf16 accumulator") == 0);
  BOOST_TEST(missed(in_f32(), "linear", "f16 accumulator") == 0);
  BOOST_TEST(missed(in_f32(), "softmax", "f16 probabilities") == 0);
  BOOST_TEST(missed(in_f32(), "attention", "f16 probabilities") == 0);
  BOOST_TEST(missed(in_f32(), "attention", "bf16 accumulator") == 0);
  BOOST_TEST(missed(in_f32(), "rope", "positions in bf16") == 0);
}

BOOST_AUTO_TEST_CASE(another_formula_is_never_accepted_where_it_shows) {
  BOOST_TEST(missed(in_f32(), "attention", "causal off by one") == 0);
  BOOST_TEST(missed(in_f32(), "attention", "kv head by modulo") == 0);
  BOOST_TEST(missed(in_f32(), "attention", "softcap dropped") == 0);
  BOOST_TEST(missed(in_f32(), "attention", "scale off by 1e-4") == 0);
  BOOST_TEST(missed(in_f32(), "layer_norm", "unbiased variance") == 0);
  BOOST_TEST(missed(in_f32(), "rope", "base 10001 for 10000") == 0);
  BOOST_TEST(missed(in_f32(), "rope", "pairs interleaved for halves") == 0);
}

BOOST_AUTO_TEST_CASE(a_detection_floor_is_where_errors_begin_to_be_caught) {
  fixtures::Case test_case = fixtures::draw_case(problems({"f64", "f32"})[1], 1);
  fixtures::compute_answers(test_case, {}, false);
  const auto floor = fixtures::detection_floor(test_case, "f32");
  BOOST_REQUIRE(floor.has_value());
  const fixtures::Golden& y = test_case.outputs[0];
  const auto accepted = [&](double factor) {
    bool all = true;
    for (std::size_t i = 0; i < y.want.count(); ++i) {
      const double want = y.want.as<double>()[i];
      all = all &&
            std::fabs(want * factor - want) <= static_cast<double>(y.tolerance.at("f32").budget[i]);
    }
    return all;
  };
  BOOST_TEST(accepted(1 + 0.999 * floor->uniform));
  BOOST_TEST(!accepted(1 + 1.001 * floor->uniform));
  BOOST_TEST(floor->uniform < floor->single_element);
}
