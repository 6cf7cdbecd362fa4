// SPDX-License-Identifier: Apache-2.0
// The cases of the experiments: per op ordinary inputs at several sizes, and the structured ones
// (constants, large means, outliers, sharp scores) on which tolerances tend to fail.
#pragma once

#include <vector>

#include "fixtures/recipe.h"

namespace assay::accuracy {

/// `classes` decides the grid on which the inputs are drawn.
std::vector<fixtures::CaseRecipe> problems(const std::vector<std::string>& classes);

}  // namespace assay::accuracy
