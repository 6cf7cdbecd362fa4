// SPDX-License-Identifier: Apache-2.0
// What each case of the suite is good for. A case that catches no mistake first, decides no clause
// first, has no outside witness and covers no boundary first earns nothing and should go.
#pragma once

#include <set>
#include <span>
#include <string>
#include <vector>

#include "fixtures/case.h"
#include "reports/audit.h"
#include "suites/kill_matrix.h"

namespace assay::suites {

/// The boundaries that a case covers, in words: an attribute's value, an optional tensor, a class,
/// an extent of 0 or 1, a power of two that an extent passes, NaN or an infinity in an input or an
/// output, numbers near overflow or below the smallest normal one.
std::set<std::string> boundaries_of(const fixtures::Case& test_case);

/// One finding per case, in their order. `earns` names the first reason that holds.
std::vector<reports::CaseFinding> worth_of(std::span<const fixtures::Case> cases,
                                           const KillMatrix& matrix);

}  // namespace assay::suites
