// SPDX-License-Identifier: Apache-2.0
// report.md: what fits into a pull request. Verdict, scoreboard, the failures with their rerun
// commands, speed, machine.
#pragma once

#include <string>

#include "reports/results.h"

namespace assay::reports {

/// Shows the first `failures` failures in full and counts the rest.
std::string to_markdown(const RunResult& result, std::size_t failures = 50);

}  // namespace assay::reports
