// SPDX-License-Identifier: Apache-2.0
// Who is tried on what: everybody on everything, or a sample that still has every mistake meet a
// case that is known to catch it.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "suites/kill_matrix.h"
#include "suites/trial.h"

namespace assay::suites {

struct AuditPlan {
  bool full = false;
  std::uint64_t seed = 1;
  std::optional<KillMatrix> matrix;  // the committed one; without it a sample takes every case
};

/// The trials of committed cases. In a sample, chosen by the seed: one case in three for all
/// mistakes, one in four for all right implementations, and for each mistake one of the cases that
/// catch it.
std::vector<CaseTrial> planned_trials(const std::vector<fixtures::Case>& cases,
                                      const std::vector<Defendant>& defendants,
                                      const AuditPlan& plan);

/// The trials of cases drawn anew: right implementations alone.
std::vector<CaseTrial> fresh_trials(const std::vector<fixtures::Case>& cases);

}  // namespace assay::suites
