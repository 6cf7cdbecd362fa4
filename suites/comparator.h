// SPDX-License-Identifier: Apache-2.0
// The one comparator. It knows no op, no type and no machine: a difference that should be allowed
// is a clause of the spec.
#pragma once

#include <span>

#include "reports/results.h"

namespace assay::suites {

/// How one element stands. `error` is |got - want|; infinity where the two differ in kind (NaN,
/// infinity, sign of infinity).
struct ElementJudgement {
  reports::Verdict verdict;  // right, imprecise or wrong
  double error;
};

/// right: NaN where want is NaN; the same infinity; or error <= budget. imprecise: error <= bound.
/// Else wrong. -0 equals 0. Integers and booleans are judged as doubles with budget and bound 0
/// (they are below 2^53).
ElementJudgement judge(double got, double want, double budget, double bound);

}  // namespace assay::suites
