// SPDX-License-Identifier: Apache-2.0
// How large a call is, in the words of its op: what errors and costs grow with.
#pragma once

#include <cstdint>
#include <vector>

#include "fixtures/recipe.h"
#include "reference/storage.h"
#include "reports/results.h"

namespace assay::suites {

/// Terms in the longest sum that an output element of the call takes: the channels of a product,
/// the keys of an attention, the words of a vocabulary. 0 for ops without a sum, and for blocks and
/// models, which have many. Throws CallError for a case that its schema forbids.
std::int64_t longest_sum(const fixtures::Case& test_case, const NumberClass& number_class);

/// Notes the extents of the recipe in its timings: those of its op and id.
void note_extents(const fixtures::CaseRecipe& recipe, std::vector<reports::SpeedResult>& speed);

}  // namespace assay::suites
