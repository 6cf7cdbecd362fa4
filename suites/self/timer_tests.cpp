// SPDX-License-Identifier: Apache-2.0
// The timer: what a call costs, goldens of sampled rows, and that nothing is timed whose output was
// not found right.
#define BOOST_TEST_NO_MAIN
#define BOOST_TEST_ALTERNATIVE_INIT_API
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>
#include <set>
#include <stdexcept>

#include "fixtures/answers.h"
#include "fixtures/model_recipe.h"
#include "suites/cost.h"
#include "suites/machine_limits.h"
#include "suites/quiet_probe.h"
#include "suites/row_sample.h"
#include "suites/sampled_check.h"
#include "suites/timed_shapes.h"
#include "suites/timer.h"
#include "suites/timer_rounds.h"
#include "suites/usage_error.h"
#include "suites/worker.h"

namespace assay::suites {
namespace {

using fixtures::CaseRecipe;
using fixtures::normal;

const NumberClass& f32 = *find_class("f32");

CaseRecipe recipe(std::string op, std::vector<fixtures::InputRecipe> inputs,
                  std::vector<std::pair<std::string, std::string>> attributes = {}) {
  CaseRecipe made;
  made.op = std::move(op);
  made.id = "made-for-the-test";
  made.why = "made for the test";
  made.clauses = {made.op + ".made"};
  made.classes = {"f32"};
  made.inputs = std::move(inputs);
  made.attributes = std::move(attributes);
  return made;
}

CaseRecipe small_linear() {
  return recipe("linear", {{"x", {13, 21}, normal()}, {"w", {70, 21}, normal()}});
}

CaseRecipe small_attention(const std::string& causal, std::int64_t seq_len, std::int64_t kv_len,
                           const std::string& layout = "bhsd") {
  const auto shape = [&](std::int64_t heads, std::int64_t length) {
    return layout == "bhsd" ? Shape{2, heads, length, 5} : Shape{2, length, heads, 5};
  };
  return recipe("attention",
                {{"q", shape(4, seq_len), normal()},
                 {"k", shape(2, kv_len), normal()},
                 {"v", shape(2, kv_len), normal()}},
                {{"causal", causal}, {"layout", layout}});
}

/// The goldens of all samples, each beside the golden of the whole call at the same place.
void check_samples(const CaseRecipe& made) {
  fixtures::Case whole = without_answers(made);
  std::vector<RowSample> samples = row_samples(whole);
  fixtures::compute_answers(whole, {}, false);
  BOOST_REQUIRE(!samples.empty());
  for (RowSample& sample : samples) {
    fixtures::compute_answers(sample.small, {}, false);
    const fixtures::Array& small = sample.small.outputs.front().want;
    const fixtures::Array& big = whole.outputs.front().want;
    const auto& places = sample.places.at(whole.outputs.front().name);
    BOOST_REQUIRE_EQUAL(places.size(), small.count());
    const std::size_t size = size_of(small.dtype);
    for (std::size_t i = 0; i < places.size(); ++i)
      BOOST_TEST(std::equal(small.bytes.begin() + static_cast<std::ptrdiff_t>(i * size),
                            small.bytes.begin() + static_cast<std::ptrdiff_t>((i + 1) * size),
                            big.bytes.begin() + static_cast<std::ptrdiff_t>(places[i] * size)));
  }
}

BOOST_AUTO_TEST_CASE(the_cost_of_a_call_is_counted_by_hand) {
  const auto cost = [](const CaseRecipe& made) { return cost_of(without_answers(made), f32); };
  BOOST_TEST(cost(small_linear()).flops == 2.0 * 13 * 21 * 70);
  BOOST_TEST(cost(small_linear()).bytes == 4.0 * (13 * 21 + 70 * 21 + 13 * 70));
  // Query i of 3 sees i + 5 of 7 keys, in 2 x 4 heads, with 5 channels for scores and values each.
  BOOST_TEST(cost(small_attention("bottom_right", 3, 7)).flops == 2.0 * (5 + 5) * 8 * (5 + 6 + 7));
  BOOST_TEST(cost(small_attention("none", 3, 7)).flops == 2.0 * (5 + 5) * 8 * 21);
  const Cost looked_up =
      cost(recipe("learned_positions", {{"x", {2, 3}, normal()},
                                        {"table", {100, 3}, normal()},
                                        {"positions", {2}, fixtures::counting()}}));
  BOOST_TEST(looked_up.bytes == 4.0 * (6 + 6 + 6) + 8 * 2);
}

BOOST_AUTO_TEST_CASE(every_op_has_a_cost) {
  for (const CaseRecipe& each : fixtures::all_recipes()) {
    const Cost cost = cost_of(without_answers(each), *find_class(each.classes.front()));
    BOOST_TEST(cost.flops >= 0);
    BOOST_TEST(cost.bytes > 0);
  }
}

BOOST_AUTO_TEST_CASE(a_sampled_row_has_the_golden_of_the_whole) {
  check_samples(small_linear());
  check_samples(small_attention("none", 6, 9));
  check_samples(small_attention("bottom_right", 6, 9));
  check_samples(small_attention("top_left", 6, 9));
  check_samples(small_attention("bottom_right", 6, 6, "bshd"));
  check_samples(recipe("softmax", {{"x", {7, 5}, normal()}}));
  check_samples(recipe("rms_norm", {{"x", {7, 5}, normal()}, {"weight", {5}, normal()}}));
  check_samples(
      recipe("rope", {{"x", {2, 5, 7, 6}, normal()}, {"positions", {1, 7}, fixtures::counting()}}));
}

/// Everything that decides what a query sees, at once.
BOOST_AUTO_TEST_CASE(a_sampled_query_sees_what_it_sees_in_the_whole) {
  const double hidden = -std::numeric_limits<double>::infinity();
  const fixtures::Fill added = fixtures::except(
      normal(), [](std::span<const std::int64_t> at) { return at.back() % 4 == 1; }, hidden);
  for (const std::string causal : {"none", "bottom_right", "top_left"}) {
    for (const std::string layout : {"bhsd", "bshd"}) {
      const auto laid = [&](std::int64_t heads, std::int64_t length, std::int64_t channels) {
        return layout == "bhsd" ? Shape{2, heads, length, channels}
                                : Shape{2, length, heads, channels};
      };
      check_samples(recipe("attention",
                           {{"q", laid(6, 7, 5), normal()},
                            {"k", laid(3, 8, 5), normal()},
                            {"v", laid(3, 8, 4), normal()},
                            {"past_k", {2, 3, 3, 5}, normal()},
                            {"past_v", {2, 3, 3, 4}, normal()},
                            {"mask", {2, 1, 7, 11}, added},
                            {"keep", {1, 6, 1, 11}, fixtures::integers_below(2)},
                            {"key_lengths", {2}, fixtures::values({10, 4})}},
                           {{"causal", causal}, {"layout", layout}, {"window", "6"}}));
    }
  }
}

BOOST_AUTO_TEST_CASE(every_timed_shape_can_be_sampled) {
  std::set<std::string> ids;
  for (const TimedShape& each : timed_shapes({"brief", "gpt2-decode-128"})) {
    BOOST_TEST(ids.insert(each.recipe.op + "/" + each.recipe.id).second);
    BOOST_TEST(!row_samples(without_answers(each.recipe)).empty());
  }
  BOOST_CHECK_THROW(timed_shapes({"gpt5"}), UsageError);
}

BOOST_AUTO_TEST_CASE(the_logits_of_a_small_vocabulary_are_those_of_the_whole) {
  fixtures::ModelRecipe model("decoder", "made-for-the-test", "made for the test", {"decoder.made"},
                              {.batch = 1, .seq_len = 3, .vocab_size = 700, .n_layers = 1});
  model.ids().token_table().layers({});
  CaseRecipe made = model.done();
  made.classes = {"f32"};
  check_samples(made);
  const RowSample sample = row_samples(without_answers(made)).front();
  BOOST_TEST(sample.small.inputs.at("embedding.tokens").shape[0] < 100);
}

BOOST_AUTO_TEST_CASE(the_first_variant_is_timed_against_itself_where_that_is_asked_for) {
  TimerOptions options;
  options.threads = 1;
  options.per_shape = std::chrono::milliseconds(20);
  options.variants = {{"plain", "plain"}, {"blocked", "blocked"}};
  options.first_against_itself = true;
  options.cold = true;
  const Timings timings = time_variants({{small_linear(), "of the test"}}, options, {});
  BOOST_REQUIRE_EQUAL(timings.speed.size(), 2u);
  BOOST_REQUIRE(timings.speed[0].against_itself.has_value());
  BOOST_TEST(timings.speed[0].against_itself->low > 0);
  BOOST_TEST(!timings.speed[1].against_itself.has_value());
  BOOST_TEST(timings.speed[0].workload == "of the test");
  BOOST_TEST(timings.speed[0].cold_seconds.value_or(0) > 0);
  BOOST_TEST(timings.speed[0].memory_bytes.has_value());
  BOOST_TEST(timings.speed[0].started.size() == timings.speed[0].seconds.size());
  BOOST_TEST(std::is_sorted(timings.speed[0].started.begin(), timings.speed[0].started.end()));
}

BOOST_AUTO_TEST_CASE(a_class_has_the_limit_of_its_arithmetic) {
  MachineLimits limits;
  limits.flops_per_second = 100;
  limits.f64_flops_per_second = 50;
  BOOST_TEST(limits.rate_for(*find_class("f64")) == 50);
  BOOST_TEST(limits.rate_for(*find_class("bf16")) == 100);
  BOOST_TEST(limits.rate_for(*find_class("bf16-mma")) == 100);  // no such instruction
  limits.bf16_flops_per_second = 200;
  BOOST_TEST(limits.rate_for(*find_class("bf16-mma")) == 200);
  BOOST_TEST(limits.rate_for(*find_class("bf16")) == 100);
}

BOOST_AUTO_TEST_CASE(slices_beyond_a_fifth_over_the_shortest_are_disturbed) {
  BOOST_TEST(disturbed_share({}) == 0);
  BOOST_TEST(disturbed_share(std::vector<double>{1, 1.1, 1.3, 5}) == 0.5);
  BOOST_TEST(warnings_of({}).empty());
  BOOST_TEST(warnings_of({.disturbed = 0.5, .stolen = 0.5, .waiting = 3}).size() == 3u);
}

BOOST_AUTO_TEST_CASE(the_limit_is_the_slower_of_arithmetic_and_memory) {
  MachineLimits limits;
  limits.flops_per_second = 100;
  limits.reads = {{1000, 50}, {4000, 10}};
  BOOST_TEST(limits.least_seconds({200, 20}, 20, f32) == 2);     // arithmetic
  BOOST_TEST(limits.least_seconds({1, 200}, 200, f32) == 4);     // memory, the smallest set
  BOOST_TEST(limits.least_seconds({1, 2000}, 2000, f32) == 40);  // between two sets: the smaller
  BOOST_TEST(limits.least_seconds({1, 5000}, 5000, f32) == 500);
}

BOOST_AUTO_TEST_CASE(a_round_calls_every_batch_once_and_survives_one_that_throws) {
  int calls = 0;
  const std::vector<double> seconds =
      timed_round({[&] { return ++calls, 0.25; }, []() -> double { throw std::runtime_error("x"); },
                   [&] { return ++calls, 0.5; }});
  BOOST_TEST(calls == 2);
  BOOST_TEST(seconds.at(0) == 0.25);
  BOOST_TEST(std::isnan(seconds.at(1)));
  BOOST_TEST(seconds.at(2) == 0.5);
}

BOOST_AUTO_TEST_CASE(only_an_output_that_was_found_right_is_timed) {
  const std::string library = ADVERSARY_LIBRARY;
  TimerOptions options;
  options.threads = 1;
  options.per_shape = std::chrono::milliseconds(20);
  for (const char* target : {"honest", "zeros", "null", "last-column", "last-result",
                             "keyed-by-pointer", "keyed-by-content", "late"})
    options.variants.push_back({library + "@" + target, target});
  options.variants.push_back({"plain", "plain"});
  const Timings timings =
      time_variants({{recipe("linear", {{"x", {13, 210}, normal()}, {"w", {350, 210}, normal()}}),
                      "of the test"}},
                    options, {});
  for (const std::string& warning : timings.warnings) BOOST_TEST_MESSAGE(warning);
  BOOST_REQUIRE_EQUAL(timings.speed.size(), 2u);
  for (const reports::SpeedResult& each : timings.speed) {
    BOOST_TEST((each.variant == "honest" || each.variant == "plain"));
    BOOST_TEST(each.seconds.size() >= 5u);
    BOOST_TEST(each.seconds_per_call.low <= each.seconds_per_call.middle);
    BOOST_TEST(each.gflops > 0);
    BOOST_TEST(each.speedup_over_plain.has_value() == (each.variant != "plain"));
  }
  const auto warned = [&](const std::string& name, const std::string& why) {
    return std::any_of(timings.warnings.begin(), timings.warnings.end(), [&](const auto& line) {
      return line.starts_with(name + ",") && line.find(why) != std::string::npos;
    });
  };
  BOOST_TEST(warned("zeros", "beyond their budget"));
  BOOST_TEST(warned("last-column", "beyond their budget"));
  BOOST_TEST(warned("last-result", "beyond their budget"));
  BOOST_TEST(warned("keyed-by-pointer", "beyond their budget"));
  BOOST_TEST(warned("keyed-by-content", "it keeps results"));
  BOOST_TEST(warned("late", "output"));  // changed after run(), or not written by then
  BOOST_TEST(warned("null", "SIGSEGV"));
  BOOST_TEST(!timings.limits.empty());
}

}  // namespace
}  // namespace assay::suites

int main(int argc, char** argv) {
  if (argc > 1 && std::string_view(argv[1]) == "worker")
    return assay::suites::worker_main(argc, argv);
  return boost::unit_test::unit_test_main([] { return true; }, argc, argv);
}
