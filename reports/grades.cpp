// SPDX-License-Identifier: Apache-2.0
#include "reports/grades.h"

#include <fmt/format.h>

#include <sstream>

#include "reports/escape.h"
#include "reports/figures.h"

namespace assay::reports {
namespace {

bool is_claimed(const std::string& grades, const std::string& grade) {
  std::istringstream words(grades);
  for (std::string word; words >> word;)
    if (word == grade) return true;
  return false;
}

}  // namespace

std::vector<GradeStanding> standings(const RunResult& result) {
  std::vector<GradeStanding> all;
  if (result.grades.empty()) return all;
  for (const VariantInfo& variant : result.variants) {
    for (const char* grade : grade_names) {
      GradeStanding standing;
      standing.variant = variant.name;
      standing.grade = grade;
      standing.claimed = is_claimed(variant.grades, grade);
      for (const GradeResult& each : result.grades) {
        if (each.variant != variant.name || each.grade != grade) continue;
        standing.calls += each.calls;
        standing.broken += each.broken;
        standing.comparisons += each.comparisons;
        if (each.broken > 0) standing.broken_ops.push_back(&each);
      }
      all.push_back(std::move(standing));
    }
  }
  return all;
}

std::string words_of(const GradeStanding& standing) {
  if (!standing.measured()) return standing.claimed ? "claimed, not measured" : "not measured";
  if (standing.held()) return standing.claimed ? "held" : "held, not claimed";
  const std::string where = "broken in " + counted(standing.broken_ops.size(), "op");
  return standing.claimed ? "claimed, " + where : where + ", not claimed";
}

std::string break_text(const GradeResult& result) {
  if (!result.first) return "";
  const GradeBreak& broken = *result.first;
  std::string text =
      fmt::format("{}/{} {}, {}: ", result.op, broken.case_id, broken.number_class, broken.way);
  if (!broken.reason.empty()) return text + broken.reason;
  text += fmt::format("{} at {}: {} and {}; {}", broken.output,
                      broken.index_text.empty() ? "its only element" : broken.index_text,
                      broken.first_text, broken.other_text,
                      counted(static_cast<std::size_t>(broken.elements), "element"));
  if (!broken.first_stage.empty()) text += "; the first stage is " + broken.first_stage;
  return text;
}

std::string grades_sentence(const RunResult& result) {
  std::size_t claimed = 0, broken = 0;
  std::string names;
  for (const GradeStanding& each : standings(result)) {
    claimed += each.claimed;
    if (!each.is_failure()) continue;
    ++broken;
    names += (names.empty() ? ": " : "; ") + one_line(each.variant) + " " + each.grade;
  }
  if (broken == 0) return fmt::format("No claimed grade is broken, of {}.", claimed);
  return fmt::format("{} of {} claimed grades are broken{}.", broken, claimed, names);
}

}  // namespace assay::reports
