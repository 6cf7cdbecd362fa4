// SPDX-License-Identifier: Apache-2.0
// A shape of every op, of the size that a small model would call it with, so that a table of
// speed-ups can have a row for each.
#pragma once

#include <vector>

#include "fixtures/recipe.h"

namespace assay::suites {

/// Class f32, in the order of the schema; none for ops that are no arithmetic worth timing.
std::vector<fixtures::CaseRecipe> shape_of_every_op();

}  // namespace assay::suites
