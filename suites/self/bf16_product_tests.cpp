// SPDX-License-Identifier: Apache-2.0
// The products of bf16 of `fused`, on every way of this processor to multiply them.
#include <boost/test/unit_test.hpp>
#include <utility>

#include "suites/self/checked_calls.h"
#include "variants/fused/fused.h"

using namespace assay::suites;
using namespace assay::variants;

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
  on_targets(fused, fused.targets, [&] { check_all(fused, recipes, "bf16-mma", 2); });
}
