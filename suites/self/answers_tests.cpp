// SPDX-License-Identifier: Apache-2.0
// Golden, budget and bound of whole cases.
#define BOOST_TEST_MODULE answers
#include <boost/test/unit_test.hpp>

#include "fixtures/answers.h"
#include "fixtures/recipe.h"
#include "fixtures/tolerance.h"

namespace {

using namespace assay::fixtures;
using assay::DType;

/// Inputs are f64 arrays that every class holds exactly.
Case linear_case(std::int64_t tokens, std::int64_t d_in, std::int64_t d_out, const Fill& fill,
                 std::vector<std::string> classes = {"f64", "f32", "bf16"}) {
  CaseRecipe recipe;
  recipe.op = "linear";
  recipe.id = "drawn";
  recipe.why = "a linear map to be answered";
  recipe.clauses = {"linear.weight-rows"};
  recipe.classes = std::move(classes);
  recipe.inputs = {{"x", {tokens, d_in}, fill}, {"w", {d_out, d_in}, fill}};
  Case test_case = draw_case(recipe);
  for (auto& [name, array] : test_case.inputs) array = converted(array, DType::f64, true);
  return test_case;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_linear_case_is_answered_in_every_class) {
  Case test_case = linear_case(3, 5, 7, normal());
  compute_answers(test_case, {}, false);
  BOOST_REQUIRE_EQUAL(test_case.outputs.size(), 1u);
  const Golden& y = test_case.outputs[0];
  BOOST_TEST(y.name == "y");
  BOOST_TEST((y.want.shape == assay::Shape{3, 7}));
  const double* x = test_case.inputs.at("x").as<double>();
  const double* w = test_case.inputs.at("w").as<double>();
  for (std::size_t t = 0; t < 3; ++t) {
    for (std::size_t o = 0; o < 7; ++o) {
      double sum = 0;
      for (std::size_t c = 0; c < 5; ++c) sum += x[t * 5 + c] * w[o * 5 + c];
      BOOST_TEST(std::fabs(y.want.as<double>()[t * 7 + o] - sum) < 1e-14);
    }
  }
  for (const auto& [name, tolerance] : y.tolerance) {
    BOOST_TEST(tolerance.budget.size() == 21u);
    BOOST_TEST(tolerance.bound_is_proved);
    for (std::size_t i = 0; i < 21; ++i) {
      BOOST_TEST(tolerance.budget[i] > 0);
      BOOST_TEST(tolerance.budget[i] <= tolerance.bound[i]);
    }
  }
  BOOST_TEST(y.tolerance.at("f64").budget[0] < 1e-14);
  BOOST_TEST(y.tolerance.at("f32").budget[0] > 1e-8);
  BOOST_TEST(y.tolerance.at("f32").budget[0] < 1e-5);
  BOOST_TEST(y.tolerance.at("bf16").budget[0] > y.tolerance.at("f32").budget[0]);
}

BOOST_AUTO_TEST_CASE(answers_are_the_same_every_time) {
  Case first = linear_case(3, 65, 7, normal()), second = first;
  compute_answers(first, {}, false);
  compute_answers(second, {}, false);
  for (const char* name : {"f64", "f32", "bf16"}) {
    BOOST_TEST(first.outputs[0].tolerance.at(name).budget ==
               second.outputs[0].tolerance.at(name).budget);
  }
}

BOOST_AUTO_TEST_CASE(a_case_near_to_overflow_is_refused_and_one_that_overflows_is_infinite) {
  Case near = linear_case(2, 3, 5, constant(0x1p63), {"f64", "f32"});
  BOOST_CHECK_THROW(compute_answers(near, {}, false), std::runtime_error);
  Case beyond = linear_case(2, 3, 5, constant(0x1p70), {"f64", "f32"});
  compute_answers(beyond, {}, false);
  BOOST_TEST(beyond.outputs[0].want.as<double>()[0] == 0x1.8p141);
  BOOST_TEST(beyond.outputs[0].tolerance.at("f32").budget[0] == 0);
}

BOOST_AUTO_TEST_CASE(nan_and_infinite_goldens_have_budget_zero) {
  Case test_case = linear_case(2, 3, 5, constant(1));
  test_case.inputs.at("x").as<double>()[0] = std::numeric_limits<double>::quiet_NaN();
  test_case.inputs.at("x").as<double>()[3] = std::numeric_limits<double>::infinity();
  compute_answers(test_case, {}, false);
  const Golden& y = test_case.outputs[0];
  BOOST_TEST(std::isnan(y.want.as<double>()[0]));
  BOOST_TEST(std::isinf(y.want.as<double>()[5]));
  for (const auto& [name, tolerance] : y.tolerance) {
    BOOST_TEST(tolerance.budget[0] == 0);
    BOOST_TEST(tolerance.bound[5] == 0);
  }
}

BOOST_AUTO_TEST_CASE(exact_zeros_get_no_share_of_their_row) {
  Case test_case = linear_case(1, 4, 5, normal());
  for (int c = 0; c < 4; ++c) test_case.inputs.at("w").as<double>()[2 * 4 + c] = 0;
  compute_answers(test_case, {}, false);
  const Tolerance& tolerance = test_case.outputs[0].tolerance.at("f32");
  BOOST_TEST(tolerance.budget[2] < 1e-37);
  BOOST_TEST(tolerance.budget[1] > 1e-9);
}

BOOST_AUTO_TEST_CASE(budgets_are_rounded_up_to_nine_bits) {
  BOOST_TEST(rounded_up(0) == 0.0f);
  BOOST_TEST(rounded_up(1) == 1.0f);
  BOOST_TEST(rounded_up(1.0000001) == 1.0f + 0x1p-8f);
  BOOST_TEST(rounded_up(1e-60) == 0x1p-149f);
  BOOST_TEST(rounded_up(0x1p-149 * 3) == 0x1p-149f * 3);
  BOOST_TEST(std::isinf(rounded_up(1e40)));
  for (int i = 1; i < 5000; ++i) {
    const double x = i * 1.2345e-7;
    BOOST_TEST(static_cast<double>(rounded_up(x)) >= x);
    BOOST_TEST(static_cast<double>(rounded_up(x)) <= x * (1 + 0x1p-8));
  }
}
