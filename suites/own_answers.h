// SPDX-License-Identifier: Apache-2.0
// The answers of cases that are made up on the spot, with a word about what that leaves out.
#pragma once

#include <string>
#include <vector>

#include "fixtures/recipe.h"
#include "suites/console.h"

namespace assay::suites {

/// The case with its answers, of a big one those of sampled rows, which a note then says. Throws
/// UsageError for what the op's schema forbids.
fixtures::Case own_case(const fixtures::CaseRecipe& recipe, Console& console);

/// Computes the answers of a case whose outputs are declared (sampled_check.h), with those optional
/// outputs too; of a big one those of sampled rows, which a note says. Throws CallError.
void answer_own(fixtures::Case& test_case, const std::vector<std::string>& optional,
                Console& console);

}  // namespace assay::suites
