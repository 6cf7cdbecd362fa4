// SPDX-License-Identifier: Apache-2.0
// The suite `grades`: which reproducibility grades implementations hold, whatever they claim.
#pragma once

#include <functional>
#include <vector>

#include "fixtures/case.h"
#include "reports/results.h"
#include "suites/runner.h"

namespace assay::suites {

/// Told as things happen.
struct GradeObserver {
  /// `what` is one line for people.
  std::function<void(const std::string& what, std::size_t done, std::size_t total)> on_call;
  std::function<bool()> stop = [] { return false; };
};

/// Every case in every class on every variant, first in one worker, then once more in a fresh one
/// and in reverse order. `result.grades` and `result.variants` grow variant by variant. The threads
/// of `options` are not used. Throws std::runtime_error where the bench itself cannot go on.
void measure_grades(const std::vector<fixtures::Case>& cases, const RunOptions& options,
                    const GradeObserver& observer, reports::RunResult& result);

}  // namespace assay::suites
