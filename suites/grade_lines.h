// SPDX-License-Identifier: Apache-2.0
// What `assay run grades` prints: a line for every grade that is claimed and broken, a table of
// what each variant holds, and the last line.
#pragma once

#include <string>
#include <vector>

#include "reports/results.h"
#include "suites/console.h"
#include "suites/exit_code.h"

namespace assay::suites {

/// "broken  simd batch linear: 3 of 60 calls; linear/tail-33 f32, entry 0 alone: y at ...; rerun:
/// assay run grades ..."
std::string broken_line(const reports::GradeResult& result, const Console& console);

/// A row per variant, a column per grade, of measured and declared: "held", "held (not claimed)",
/// "broken in 3 ops", "claimed, broken in 3 ops".
std::vector<std::string> grade_table(const reports::RunResult& result);

/// "grades: 23 claimed, 1 of them broken; 4 held and not claimed; 120411 comparisons"
std::string last_grades_line(const reports::RunResult& result);

ExitCode exit_code_of_grades(const reports::RunResult& result);

}  // namespace assay::suites
