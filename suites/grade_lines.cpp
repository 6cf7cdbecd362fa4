// SPDX-License-Identifier: Apache-2.0
#include "suites/grade_lines.h"

#include <fmt/format.h>

#include "reports/escape.h"
#include "reports/figures.h"
#include "reports/grades.h"
#include "suites/columns.h"

namespace assay::suites {

using reports::GradeResult;
using reports::GradeStanding;

std::string broken_line(const GradeResult& result, const Console& console) {
  return fmt::format("{}  {} {} {}: {} of {}; {}; rerun: {}",
                     result.claimed ? console.painted(reports::Verdict::broken) : "not held",
                     result.variant, result.grade, result.op, result.broken,
                     reports::counted(static_cast<std::size_t>(result.calls), "call"),
                     reports::one_line(reports::break_text(result)),
                     reports::one_line(result.rerun));
}

std::vector<std::string> grade_table(const reports::RunResult& result) {
  std::vector<std::vector<std::string>> rows;
  for (const GradeStanding& each : reports::standings(result)) {
    rows.push_back(
        {each.variant, each.grade, reports::words_of(each),
         each.measured()
             ? fmt::format(
                   "{}, {}", reports::counted(static_cast<std::size_t>(each.calls), "call"),
                   reports::counted(static_cast<std::size_t>(each.comparisons), "comparison"))
             : ""});
  }
  return in_columns(rows);
}

std::string last_grades_line(const reports::RunResult& result) {
  std::int64_t claimed = 0, broken = 0, unclaimed = 0, unmeasured = 0, comparisons = 0;
  for (const GradeStanding& each : reports::standings(result)) {
    claimed += each.claimed;
    broken += each.is_failure();
    unclaimed += each.held() && !each.claimed;
    unmeasured += each.claimed && !each.measured();
    comparisons += each.comparisons;
  }
  return fmt::format(
      "grades: {} claimed, {} of them broken, {} not measured; {} held and not claimed; {} "
      "comparisons",
      claimed, broken, unmeasured, unclaimed, comparisons);
}

ExitCode exit_code_of_grades(const reports::RunResult& result) {
  bool any = false;
  for (const GradeStanding& each : reports::standings(result)) {
    if (each.is_failure()) return something_not_right;
    any |= each.measured();
  }
  return any ? all_right : nothing_judged;
}

}  // namespace assay::suites
