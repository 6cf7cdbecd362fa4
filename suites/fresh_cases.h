// SPDX-License-Identifier: Apache-2.0
// Cases with new inputs, answered on the spot, so that nobody can tune to the committed files.
#pragma once

#include <cstdint>
#include <vector>

#include "fixtures/recipe.h"
#include "suites/console.h"
#include "suites/selection.h"

namespace assay::suites {

/// How many of the picked recipes are drawn anew; enough for every op, few enough for a minute.
inline constexpr std::size_t fresh_sample = 24;

/// Draws every recipe with `seed` and computes the answers on
/// all cores. A draw that comes too near to a jump of a discontinuous op is replaced by the next
/// one. The same seed gives the same cases on every machine.
std::vector<fixtures::Case> drawn_cases(const std::vector<fixtures::CaseRecipe>& recipes,
                                        std::uint64_t seed, Console& console);

/// The same for a sample of the picked recipes of the suite, at most `sample`.
std::vector<fixtures::Case> fresh_cases(const Selection& selection, std::uint64_t seed,
                                        Console& console, std::size_t sample = fresh_sample);

}  // namespace assay::suites
