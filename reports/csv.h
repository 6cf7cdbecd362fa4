// SPDX-License-Identifier: Apache-2.0
// Tables for spreadsheets: of timings, a line per timed shape and variant, all figures in SI units
// with full digits; of reproducibility grades, a line per variant, grade and op.
#pragma once

#include <string>

#include "reports/results.h"

namespace assay::reports {

std::string to_speed_csv(const RunResult& result);
std::string to_grades_csv(const RunResult& result);

/// The grades of a result that has no timings, else the timings.
std::string to_csv(const RunResult& result);

}  // namespace assay::reports
