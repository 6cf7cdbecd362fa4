// SPDX-License-Identifier: Apache-2.0
// The shapes that are timed: one of every op, whole models, and what is counted of them.
#define BOOST_TEST_NO_MAIN
#include <boost/test/unit_test.hpp>
#include <set>

#include "suites/call_memory.h"
#include "suites/cost.h"
#include "suites/row_sample.h"
#include "suites/sampled_check.h"
#include "suites/self/sanitized.h"
#include "suites/timed_shapes.h"

namespace assay::suites {
namespace {

using fixtures::CaseRecipe;

const NumberClass& f32 = *find_class("f32");

BOOST_AUTO_TEST_CASE(every_op_has_a_shape_to_be_timed_and_sampled) {
  std::set<std::string> ops;
  for (const TimedShape& each : timed_shapes({"ops"})) {
    ops.insert(each.recipe.op);
    BOOST_TEST(!row_samples(without_answers(each.recipe)).empty());
  }
  for (const OpSchema& each : schema::ops) BOOST_TEST(ops.contains(std::string(each.name)));
}

BOOST_AUTO_TEST_CASE(whole_models_count_their_weights_once) {
  for (const TimedShape& each : timed_shapes({"model-gpt2"})) {
    if (each.recipe.id != "gpt2-decode-540") continue;
    fixtures::CaseRecipe step = each.recipe;
    for (fixtures::InputRecipe& input : step.inputs)
      if (input.name != "cache_len") input.fill = fixtures::constant(0);
    const Cost cost = cost_of(without_answers(step), f32);
    // 124 million parameters without 1,023 rows of positions, and keys and values of 12 layers.
    const double weights = 124'439'808 - 1023 * 768, cache = 2.0 * 12 * 768;
    BOOST_TEST(cost.bytes > 4 * (weights + 540 * cache));
    BOOST_TEST(cost.bytes < 4 * (weights + 545 * cache + 50'257));
    return;
  }
  BOOST_ERROR("GPT-2 has no step of decoding");
}

BOOST_AUTO_TEST_CASE(memory_that_a_call_needs_is_seen_from_outside) {
  CaseRecipe made;
  made.op = "linear";
  made.id = "made-for-the-test";
  made.why = "made for the test";
  made.clauses = {"linear.made"};
  made.classes = {"f32"};
  made.inputs = {{"x", {2, 1024}, fixtures::normal()}, {"w", {2048, 1024}, fixtures::normal()}};
  const auto memory = [&](const std::string& variant) {
    WorkerOptions worker;
    worker.variant = variant;
    return call_memory(worker, without_answers(made), f32, 1).value_or(-1);
  };
  const double packed = 4.0 * 2048 * 1024;
  BOOST_TEST(memory("plain") >= 0);
  BOOST_TEST(memory("blocked") > packed);  // the weights in panels
  if (self::sanitized) return;             // what it notes about every byte counts, too
  BOOST_TEST(memory("plain") < packed / 8);
  BOOST_TEST(memory("blocked") < 1.5 * packed);
}

}  // namespace
}  // namespace assay::suites
