// SPDX-License-Identifier: Apache-2.0
// Several cases of one's own: each --case of the command line, or the lines of a file.
#pragma once

#include <string>
#include <vector>

#include "fixtures/recipe.h"

namespace assay::suites {

/// The cases of several texts, in their order: each as own_recipe() reads it, or "@FILE", a file
/// with one case on each line; empty lines and what follows a # are passed over. Throws UsageError:
/// what own_recipe() throws, after "FILE:LINE: " where it is of a file; a file that cannot be read
/// or has no case; two cases of the same words.
std::vector<fixtures::CaseRecipe> own_recipes(const std::vector<std::string>& texts,
                                              const std::vector<std::string>& classes);

}  // namespace assay::suites
