// SPDX-License-Identifier: Apache-2.0
// The products of bf16 of `fused`, on every way of this processor to multiply them.
#include <boost/test/unit_test.hpp>
#include <utility>

#include "suites/self/checked_calls.h"
#include "variants/fused/fused.h"

using namespace assay::suites;
using namespace assay::variants;

namespace {

/// Only what rounding leaves: every product has its opposite. Another order leaves something else.
CallRecipe remainders(Dice& dice, std::size_t tokens, std::size_t d_in, std::size_t d_out) {
  CallRecipe recipe = linear_recipe(dice, tokens, d_in, d_out);
  recipe.inputs.erase("b");
  std::vector<double>&x = recipe.inputs["x"].numbers, &w = recipe.inputs["w"].numbers;
  for (std::size_t i = 0; i < x.size(); ++i)
    if (i % d_in >= d_in / 2) x[i] = x[i - d_in / 2];
  for (std::size_t i = 0; i < w.size(); ++i)
    if (i % d_in >= d_in / 2) w[i] = -w[i - d_in / 2];
  return stored(recipe, "bf16-mma");
}

CallRecipe some_rows(CallRecipe recipe, std::size_t first, std::size_t rows) {
  Values& x = recipe.inputs["x"];
  const std::size_t d_in = x.numbers.size() / static_cast<std::size_t>(x.shape[0]);
  x.shape[0] = static_cast<std::int64_t>(rows);
  x.numbers = std::vector<double>(x.numbers.data() + first * d_in,
                                  x.numbers.data() + (first + rows) * d_in);
  return recipe;
}

}  // namespace

BOOST_AUTO_TEST_CASE(fused_multiplies_pairs_of_bf16_at_every_tail_on_every_target) {
  Dice dice(6);
  std::vector<CallRecipe> once;
  for (std::size_t tail = 1; tail <= 130; ++tail)
    once.push_back(linear_recipe(dice, 1 + (5 * tail) % 71, tail, 1 + (7 * tail) % 131));
  // Deeper and of more rows than a cache holds; one row, and depths that no step divides.
  for (const auto& [tokens, d_in] : {std::pair{1, 1061}, {15, 1061}, {241, 1061}, {75, 9001}})
    once.push_back(linear_recipe(dice, tokens, d_in, 45));
  // Outputs that are streamed, from rows that begin anywhere in a cache line.
  once.push_back(linear_recipe(dice, 70, 33, 17001));
  once.push_back(linear_recipe(dice, 15, 5, 71003));
  once.push_back(unembedding_recipe(dice, 35, 67, 203));
  once.push_back(lora_recipe(dice, 37, 67, 203));
  once.push_back(feed_forward_recipe(dice, 37, 67, 203));
  std::vector<CallRecipe> recipes;  // twice: with the weights packed, and without
  for (const CallRecipe& each : once) recipes.insert(recipes.end(), 2, each);
  const assay_implementation& fused = *fused_implementation();
  const std::vector<Trial> trials = trials_of(recipes, "bf16-mma");
  on_targets(fused, fused.targets, [&] { check_all(fused, trials, "bf16-mma", 2); });
}

BOOST_AUTO_TEST_CASE(a_row_has_the_same_bits_among_any_others_with_any_number_of_threads) {
  Dice dice(7);
  const CallRecipe recipe = remainders(dice, 241, 1062, 93);
  const CallRecipe wide = remainders(dice, 70, 34, 17001);  // threads meet within what is streamed
  const assay_implementation& fused = *fused_implementation();
  std::vector<NamedValues> of_targets;
  on_targets(fused, fused.targets, [&] {
    const NamedValues all = call(fused, recipe, "bf16-mma", 1, true);
    of_targets.push_back(all);
    const NamedValues of_wide = call(fused, wide, "bf16-mma", 1, true);
    for (const int threads : {2, 3, 8, 8, 8}) {
      BOOST_TEST(difference(call(fused, recipe, "bf16-mma", threads, true), all, 0) == "");
      BOOST_TEST(difference(call(fused, wide, "bf16-mma", threads, true), of_wide, 0) == "");
    }
    for (const std::size_t rows : {1, 15, 16, 17, 33, 64}) {
      const std::size_t first = 241 - rows, d_out = 93;
      NamedValues want = all;
      std::vector<double>& y = want.at("y").numbers;
      y.erase(y.begin(), y.begin() + static_cast<std::ptrdiff_t>(first * d_out));
      const CallRecipe few = some_rows(recipe, first, rows);
      BOOST_TEST(difference(call(fused, few, "bf16-mma", 2, true), want, 0) == "", rows << " rows");
    }
  });
  // The bits do depend on the order.
  BOOST_TEST(difference(of_targets.front(), of_targets.back(), 0) != "");
}
