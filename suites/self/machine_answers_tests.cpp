// SPDX-License-Identifier: Apache-2.0
// Answers of models in the processor's floats: beside those in software floats, where both can be
// had.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>

#include "fixtures/answers.h"
#include "fixtures/decoder_recipes.h"
#include "fixtures/evaluation.h"
#include "fixtures/machine_answers.h"
#include "fixtures/recipe.h"

namespace assay::fixtures {
namespace {

const NumberClass& f32 = *find_class("f32");

/// A decoder like GPT-2 and a step of one like Llama, 64 wide.
std::vector<Case> small_models() {
  const ModelSizes sizes = {.batch = 1, .seq_len = 9, .d_model = 64, .d_ff = 96, .n_kv_heads = 4};
  ModelRecipe gpt2 = decoder("gpt2", "made for the test", {"decoder.tied"}, sizes);
  gpt2.position_table().layers(gpt2_layer).norm("final_norm", true);
  gpt2.attribute("activation", "gelu_tanh");
  ModelSizes one = sizes;
  one.seq_len = 1;
  ModelRecipe llama = decoder("llama", "made for the test", {"decoder.tied"}, one);
  llama.layers({.gate = true}).norm("final_norm", false).cache(12, {11});
  rms(llama).attribute("activation", "silu").attribute("position_encoding", "rope");
  std::vector<Case> models;
  for (const ModelRecipe* each : {&gpt2, &llama}) {
    CaseRecipe recipe = each->done();
    recipe.classes = {"f32"};
    models.push_back(draw_case(recipe));
  }
  return models;
}

template <class Number>
std::vector<double> values_in_run(const Case& model, int number) {
  const std::vector<OutputSlot> slots = output_slots(model, {});
  numbers::NoisyRun run = numbers::make_noisy_run({.seed = 3, .run = number});
  const numbers::NoisyScope scope(run);
  Evaluation<Number> evaluation(model, slots, f32);
  evaluation.run();
  std::vector<double> values;
  for (std::size_t s = 0; s < slots.size(); ++s)
    for (const Number& each : evaluation.floating(s))
      values.push_back(static_cast<double>(each.value()));
  return values;
}

const Tolerance& tolerance(const Golden& output) { return output.tolerance.at("f32"); }

double median(std::vector<double> values) {
  std::ranges::nth_element(values, values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2));
  return values[values.size() / 2];
}

}  // namespace

BOOST_AUTO_TEST_SUITE(machine_answers)

/// Where the constants of the formulas are floats, unlike those of gelu_tanh: a noisy number keeps
/// all digits of a constant.
BOOST_AUTO_TEST_CASE(a_run_that_rounds_has_the_bits_of_noisy_numbers) {
  for (Case model : small_models()) {
    model.attributes.insert_or_assign("activation", Attribute(std::string("silu")));
    for (const int run : {1, 3, 5, 9})
      BOOST_TEST(values_in_run<numbers::Machine<float>>(model, run) ==
                     values_in_run<numbers::Noisy>(model, run),
                 boost::test_tools::per_element());
  }
}

BOOST_AUTO_TEST_CASE(a_run_of_noise_has_other_bits_than_one_that_rounds) {
  const Case model = small_models().front();
  BOOST_TEST(values_in_run<numbers::Machine<float>>(model, 0) !=
             values_in_run<numbers::Machine<float>>(model, 1));
}

BOOST_AUTO_TEST_CASE(
    the_golden_in_double_is_that_in_software_floats_within_a_millionth_of_a_budget) {
  for (const Case& model : small_models()) {
    Case software = model, machine = model;
    compute_answers(software, {}, false);
    compute_machine_answers(machine, {});
    BOOST_REQUIRE_EQUAL(machine.outputs.size(), software.outputs.size());
    for (std::size_t s = 0; s < machine.outputs.size(); ++s) {
      const Golden &got = machine.outputs[s], &want = software.outputs[s];
      BOOST_TEST(got.name == want.name);
      BOOST_REQUIRE_EQUAL(got.want.count(), want.want.count());
      std::vector<double> ratios;
      for (std::size_t i = 0; i < got.want.count(); ++i) {
        const double budget = tolerance(want).budget[i];
        BOOST_TEST(std::fabs(got.want.as<double>()[i] - want.want.as<double>()[i]) <=
                   1e-6 * budget);
        ratios.push_back(tolerance(got).budget[i] / budget);
      }
      // Other runs: single elements scatter, the middle does not.
      BOOST_TEST(median(ratios) > 0.9);
      BOOST_TEST(median(ratios) < 1.1);
    }
  }
}

BOOST_AUTO_TEST_CASE(slots_of_a_cache_that_are_only_copied_have_to_be_exact) {
  Case step = small_models().back();
  compute_machine_answers(step, {});
  const auto cache = std::ranges::find(step.outputs, "cache_k", &Golden::name);
  BOOST_REQUIRE(cache != step.outputs.end());
  const double smallest_normal = 0x1p-126;
  const double value = cache->want.as<double>()[0];
  BOOST_TEST(tolerance(*cache).budget[0] <= std::fabs(value) * 0x1p-23 + 2 * smallest_normal);
}

BOOST_AUTO_TEST_CASE(whoever_hears_of_the_runs_can_end_them) {
  struct Enough {};
  Case model = small_models().back();
  std::size_t heard = 0, runs = 0;
  compute_machine_answers(model, {}, [&](std::size_t done, std::size_t total) {
    BOOST_TEST(done == ++heard);
    runs = total;
  });
  BOOST_TEST(heard == runs);
  BOOST_TEST(runs > 20);
  BOOST_CHECK_THROW(
      compute_machine_answers(model, {}, [](std::size_t, std::size_t) { throw Enough(); }), Enough);
}

BOOST_AUTO_TEST_CASE(single_ops_and_other_classes_keep_their_software_floats) {
  Case model = small_models().front();
  model.classes = {"f32", "bf16"};
  BOOST_CHECK_THROW(compute_machine_answers(model, {}), CallError);
  const auto recipes = linear_cases();
  Case linear = draw_case(recipes.front());
  linear.classes = {"f32"};
  BOOST_CHECK_THROW(compute_machine_answers(linear, {}), CallError);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace assay::fixtures
