// SPDX-License-Identifier: Apache-2.0
#include "suites/fresh_cases.h"

#include <fmt/core.h>

#include <optional>

#include "fixtures/answers.h"
#include "fixtures/recipe.h"
#include "fixtures/tasks.h"

namespace assay::suites {
namespace {

using fixtures::Case;
using fixtures::CaseRecipe;

/// Draws that may be thrown away before a recipe is given up for this seed.
constexpr std::uint64_t most_attempts = 8;

/// The offset of an attempt: far from those that neighbouring seeds use.
std::uint64_t offset_of(std::uint64_t seed, std::uint64_t attempt) {
  return seed + attempt * 0x100000000u;
}

std::vector<CaseRecipe> sample_of(std::vector<CaseRecipe> recipes, std::uint64_t seed,
                                  std::size_t sample) {
  if (recipes.size() <= sample) return recipes;
  fixtures::Draw draw(seed);
  for (std::size_t i = 0; i < sample; ++i) {  // Fisher and Yates, as far as needed
    const auto left = static_cast<std::int64_t>(recipes.size() - i);
    std::swap(recipes[i], recipes[i + static_cast<std::size_t>(draw.below(left))]);
  }
  recipes.resize(sample);
  return recipes;
}

std::optional<Case> answered(const CaseRecipe& recipe, std::uint64_t seed) {
  for (std::uint64_t attempt = 0; attempt < most_attempts; ++attempt) {
    try {
      Case drawn = fixtures::draw_case(recipe, offset_of(seed, attempt));
      fixtures::compute_answers(drawn, recipe.outputs, recipe.about_ties);
      return drawn;
    } catch (const std::runtime_error&) {
      continue;  // too near to a jump: the next draw
    }
  }
  return std::nullopt;
}

}  // namespace

std::vector<Case> drawn_cases(const std::vector<CaseRecipe>& recipes, std::uint64_t seed,
                              Console& console) {
  std::vector<std::optional<Case>> cases(recipes.size());
  fixtures::for_every_task(
      recipes.size(), fixtures::all_processors(),
      [&](std::size_t i) { cases[i] = answered(recipes[i], seed); },
      [&](std::size_t, std::size_t done) {
        console.progress(fmt::format("answers {}/{}", done, recipes.size()));
      });
  console.clear_progress();

  std::vector<Case> answers;
  for (std::size_t i = 0; i < cases.size(); ++i) {
    if (cases[i]) {
      answers.push_back(std::move(*cases[i]));
    } else {
      console.note(
          fmt::format("assay: {}/{}: no draw of seed {} keeps clear of every jump; left out",
                      recipes[i].op, recipes[i].id, seed));
    }
  }
  return answers;
}

std::vector<Case> fresh_cases(const Selection& selection, std::uint64_t seed, Console& console,
                              std::size_t sample) {
  return drawn_cases(sample_of(selection.pick(fixtures::all_recipes()), seed, sample), seed,
                     console);
}

}  // namespace assay::suites
