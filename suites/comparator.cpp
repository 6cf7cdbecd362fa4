// SPDX-License-Identifier: Apache-2.0
// The one comparator: value classes first, then `!(error <= budget)`, so that a NaN never passes.
#include "suites/comparator.h"

#include <cmath>
#include <limits>

namespace assay::suites {

using enum reports::Verdict;

ElementJudgement judge(double got, double want, double budget, double bound) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  const ElementJudgement same_kind{right, 0};
  const ElementJudgement another_kind{wrong, infinity};
  if (std::isnan(want)) return std::isnan(got) ? same_kind : another_kind;
  if (std::isinf(want)) return got == want ? same_kind : another_kind;
  if (!std::isfinite(got)) return another_kind;
  const double error = std::fabs(got - want);
  if (error <= budget) return {right, error};
  if (error <= bound) return {imprecise, error};
  return {wrong, error};
}

}  // namespace assay::suites
