// SPDX-License-Identifier: Apache-2.0
// The suite on trial: from the outcomes of many runs to what they say about cases, mistakes, right
// implementations and rules.
#pragma once

#include <span>
#include <vector>

#include "fixtures/case.h"
#include "reports/audit.h"
#include "suites/kill_matrix.h"
#include "suites/trial.h"

namespace assay::suites {

/// What a trial was about and what came of it. The first `committed` cases are of the fixtures, the
/// others drawn anew.
struct Evidence {
  std::vector<Defendant> defendants;
  std::vector<const fixtures::Case*> cases;  // by trial
  std::size_t committed = 0;
  std::vector<Outcome> outcomes;
};

/// Fills the findings on mistakes, ways, rejected runs and rules, and the counts of the last line.
void tally(const Evidence& evidence, reports::Audit& audit);

/// Which committed case caught which of the mistakes that count.
KillMatrix kill_matrix_of(const Evidence& evidence);

/// Where the runs contradict the matrix, a line each: a pair of mistake and case that was tried and
/// came out otherwise, unless its error stands within a quarter of the budget's edge, where another
/// C library may decide differently.
std::vector<std::string> contradictions(const Evidence& evidence, const KillMatrix& matrix);

/// The smallest errors that the cases catch, by op and class.
std::vector<reports::FloorFinding> floors_of(std::span<const fixtures::Case> cases);

}  // namespace assay::suites
