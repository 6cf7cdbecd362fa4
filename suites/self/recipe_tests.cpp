// SPDX-License-Identifier: Apache-2.0
// Recipes: the same values on every machine, exact in every class, and refused where they cannot be
// meant.
#define BOOST_TEST_MODULE recipes
#include "fixtures/recipe.h"

#include <boost/test/unit_test.hpp>
#include <map>
#include <set>

#include "fixtures/sha256.h"
#include "reference/shape.h"

namespace assay::suites {
namespace {

using fixtures::Array;
using fixtures::Case;

BOOST_AUTO_TEST_CASE(drawn_values_never_change) {
  fixtures::Draw draw(42);
  const std::uint64_t first = draw.bits();
  BOOST_TEST(first == fixtures::Draw(42).bits());
  BOOST_TEST(first != fixtures::Draw(43).bits());
  const Case once = fixtures::draw_case(
      {.op = "linear",
       .id = "x",
       .why = "Any.",
       .clauses = {"linear.bias"},
       .inputs = {{"x", {1, 3}, fixtures::normal()}, {"w", {2, 3}, fixtures::normal()}}});
  BOOST_TEST(fixtures::sha256(once.inputs.at("x").bytes).substr(0, 16) == "d9f8a7b809abc8ff");
}

BOOST_AUTO_TEST_CASE(drawn_values_are_exact_in_every_class_of_their_case) {
  const auto drawn_for = [](std::vector<std::string> classes) {
    return fixtures::draw_case({.op = "linear",
                                .id = "x",
                                .why = "Any.",
                                .clauses = {"linear.bias"},
                                .classes = std::move(classes),
                                .inputs = {{"x", {3, 50}, fixtures::normal(1e-3)},
                                           {"w", {2, 50}, fixtures::normal(1e3)}}});
  };
  const auto narrowest = [](const Array& array) {
    for (const DType dtype : {DType::bf16, DType::f32}) {
      try {
        const Array narrow = converted(array, dtype, true);
        if (dtype == DType::bf16) converted(array, DType::f16, true);
        return dtype;
      } catch (const std::runtime_error&) {
      }
    }
    return DType::f64;
  };
  for (const char* name : {"x", "w"}) {
    BOOST_TEST((narrowest(drawn_for({"f64"}).inputs.at(name)) == DType::f64));
    BOOST_TEST((narrowest(drawn_for({"f64", "f32"}).inputs.at(name)) == DType::f32));
    BOOST_TEST((narrowest(drawn_for({"f32", "bf16"}).inputs.at(name)) == DType::bf16));
  }
}

/// A value that no case changes is one that an implementation may have written down. Blocks and
/// models hand the same attributes to the same parts.
BOOST_AUTO_TEST_CASE(every_attribute_takes_two_values) {
  std::map<std::string, std::set<Attribute>> values;
  for (const fixtures::CaseRecipe& recipe : fixtures::all_recipes()) {
    for (const auto& [name, value] : fixtures::draw_case(recipe).attributes) {
      const bool composed = find_op(recipe.op)->composite;
      values[(composed ? "block and models" : recipe.op) + " " + name].insert(value);
    }
  }
  for (const auto& [name, seen] : values)
    BOOST_TEST(seen.size() > 1, name << " is always the same");
}

BOOST_AUTO_TEST_CASE(every_recipe_can_be_drawn) {
  for (const fixtures::CaseRecipe& recipe : fixtures::all_recipes()) {
    BOOST_CHECK_NO_THROW(fixtures::draw_case(recipe));
    BOOST_CHECK_NO_THROW(fixtures::draw_case(recipe, 12'345));
  }
}

BOOST_AUTO_TEST_CASE(a_recipe_that_cannot_be_meant_is_refused) {
  const fixtures::CaseRecipe good = {.op = "softmax",
                                     .id = "x",
                                     .why = "Any.",
                                     .clauses = {"softmax.shift"},
                                     .inputs = {{"x", {2, 3}, fixtures::normal()}}};
  const auto refused = [&](auto&& change, const std::string& reason) {
    fixtures::CaseRecipe recipe = good;
    change(recipe);
    BOOST_CHECK_EXCEPTION(fixtures::draw_case(recipe), CallError, [&](const CallError& error) {
      BOOST_TEST_MESSAGE(error.what());
      return std::string(error.what()).find(reason) != std::string::npos;
    });
  };
  using Recipe = fixtures::CaseRecipe;
  refused([](Recipe& r) { r.op = "softmin"; }, "no op 'softmin'");
  refused([](Recipe& r) { r.id = "a b"; }, "case id");
  refused([](Recipe& r) { r.id = "."; }, "case id");
  refused([](Recipe& r) { r.clauses = {"softmax"}; }, "no clause");
  refused([](Recipe& r) { r.suites = {"fast"}; }, "no suite 'fast'");
  refused([](Recipe& r) { r.classes = {"f8"}; }, "no class 'f8'");
  refused([](Recipe& r) { r.attributes = {{"temperature", "0.1"}}; }, "not exact in f32");
  refused([](Recipe& r) { r.inputs[0].shape = {2, 3, 4}; }, "has 3 axes");
  refused([](Recipe& r) { r.inputs[0].fill = fixtures::values({1, 2}); }, "has more");
  refused([](Recipe& r) { r.inputs[0].fill = fixtures::values({1, 2, 3, 4, 5, 6, 7}); }, "lists 7");
  refused([](Recipe& r) { r.inputs[0].fill = fixtures::constant(1e39); }, "too large");
  refused([](Recipe& r) { r.outputs = {"probs"}; }, "no optional output");
}

}  // namespace
}  // namespace assay::suites
