// SPDX-License-Identifier: Apache-2.0
// Answers for a case too big to compute in full: goldens for sampled rows, and no demand on the
// other elements than to be written.
#pragma once

#include <cstddef>

#include "fixtures/case.h"
#include "fixtures/machine_answers.h"

namespace assay::suites {

/// Fills the answers of `big`, whose outputs have names and shapes (sampled_check.h,
/// without_answers()). Elements outside the samples get an infinite budget. Returns how many
/// elements have an answer. Throws CallError for a case whose rows cannot be sampled, or with an
/// output that is no floating one, which has no budget. `on_run` as answer() has it.
std::size_t answer_sampled_rows(fixtures::Case& big, const fixtures::RunProgress& on_run = {});

}  // namespace assay::suites
