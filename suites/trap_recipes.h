// SPDX-License-Identifier: Apache-2.0
// Traps for a suite that accuses wrongly: sums of a thousand constants, alternating signs, large
// means, outliers, sharp scores, far positions. Poor detectors of mistakes, and so no cases of the
// fixtures; a full audit draws them anew and has every right implementation pass.
#pragma once

#include <string>
#include <vector>

#include "fixtures/recipe.h"

namespace assay::suites {

/// `classes` decides the grid on which the inputs are drawn.
std::vector<fixtures::CaseRecipe> trap_recipes(const std::vector<std::string>& classes);

}  // namespace assay::suites
