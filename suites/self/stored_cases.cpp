// SPDX-License-Identifier: Apache-2.0
#include "suites/self/stored_cases.h"

#include <limits>

#include "fixtures/recipe.h"
#include "reference/shape.h"

namespace assay::suites {
namespace {

using fixtures::Array;
using fixtures::Case;
using fixtures::Golden;

Golden made_up_answer(const Case& test_case, const TensorType& type, const std::string& name) {
  Golden golden;
  golden.name = name;
  const bool floating = is_floating(type.dtype);
  golden.want = Array::zeros(floating ? DType::f64 : type.dtype, type.shape);
  if (!floating) return golden;
  fixtures::Draw draw(7);
  const std::size_t count = golden.want.count();
  for (std::size_t i = 0; i < count; ++i) golden.want.as<double>()[i] = draw.normal();
  if (count > 2) golden.want.as<double>()[1] = -std::numeric_limits<double>::infinity();
  if (count > 2) golden.want.as<double>()[2] = std::numeric_limits<double>::quiet_NaN();
  for (const std::string& number_class : test_case.classes) {
    fixtures::Tolerance& tolerance = golden.tolerance[number_class];
    for (std::size_t i = 0; i < count; ++i) {
      tolerance.budget.push_back(static_cast<float>(draw.uniform()));
      tolerance.bound.push_back(tolerance.budget.back() * 2);
    }
    tolerance.bound_is_proved = true;
  }
  return golden;
}

/// The case drawn from its recipe, with answers that are numbers of the right kind and no more.
Case filled(const fixtures::CaseRecipe& recipe) {
  Case result = fixtures::draw_case(recipe);
  const OpSchema& op = *find_op(result.op);
  const NumberClass& number_class = *find_class(result.classes.front());
  const Words words =
      bind_words(op, number_class, result.attributes, input_types(result, number_class));
  for (const TensorSpec& spec : op.outputs) {
    const TensorType type = output_type(op, number_class, result.attributes, words, spec.name);
    result.outputs.push_back(made_up_answer(result, type, std::string(spec.name)));
  }
  return result;
}

}  // namespace

/// Recipes of the test's own, so that the case lists may change without changing what is tested.
std::vector<Case> stored_attention_cases() {
  const fixtures::CaseRecipe masked = {
      .op = "attention",
      .id = "gqa-6x3",
      .why = "Groups, a mask of infinities and every optional output.",
      .clauses = {"attention.kv-head", "attention.scale"},
      .suites = {"attention-scaling", "smoke"},
      .classes = {"f64", "f32", "bf16"},
      .attributes = {{"causal", "top_left"}, {"softcap", "3.5"}, {"window", "4"}},
      .inputs = {{"q", {2, 6, 5, 10}, fixtures::normal()},
                 {"k", {2, 3, 7, 10}, fixtures::normal()},
                 {"v", {2, 3, 7, 9}, fixtures::normal()},
                 {"mask",
                  {1, 1, 5, 7},
                  fixtures::constant(-std::numeric_limits<double>::infinity())},
                 {"keep", {2, 1, 1, 7}, fixtures::integers_below(2)},
                 {"key_lengths", {2}, fixtures::values({7, 3})}},
      .seed = 0xffff'ffff'ffff'ffffu};
  const fixtures::CaseRecipe empty = {
      .op = "attention",
      .id = "a.first=1_no-keys",
      .why = "No keys at all, and an id that sorts before its neighbour.",
      .clauses = {"attention.fully-masked"},
      .classes = {"f64"},
      .inputs = {{"q", {1, 2, 3, 5}, fixtures::normal()},
                 {"k", {1, 1, 0, 5}, fixtures::normal()},
                 {"v", {1, 1, 0, 4}, fixtures::normal()}}};
  std::vector<Case> cases = {filled(masked), filled(empty)};
  Golden& out = cases[0].outputs[0];
  out.want_in["bf16"] = out.want;
  out.witness = Array::zeros(DType::f32, out.want.shape);
  out.witness_rtol = 1e-3;
  out.witness_atol = 1e-7;
  cases[1].source = "somewhere else, CC0";
  return cases;
}

std::vector<Case> stored_layer_norm_cases() {
  return {filled(
      {.op = "layer_norm",
       .id = "3x300000",
       .why = "Larger than one chunk, with a last chunk that is not full.",
       .clauses = {"layer_norm.variance"},
       .classes = {"f64", "f32"},
       .attributes = {{"eps_placement", "added_to_deviation"}},
       .inputs = {{"x", {300'000, 3}, fixtures::normal()}, {"weight", {3}, fixtures::normal()}}})};
}

}  // namespace assay::suites
