// SPDX-License-Identifier: Apache-2.0
#include "reports/audit_markdown.h"

#include <fmt/format.h>

#include <set>

#include "reports/audit_summary.h"
#include "reports/escape.h"
#include "reports/figures.h"

namespace assay::reports {
namespace {

std::string share(std::int64_t part, std::int64_t whole) {
  if (whole == 0) return "-";
  return fmt::format("{:.1f} %", 100.0 * static_cast<double>(part) / static_cast<double>(whole));
}

/// A bar in a cell would end it.
std::string cell(std::string text) {
  for (std::size_t at = text.find('|'); at != std::string::npos; at = text.find('|', at + 2))
    text.insert(at, 1, '\\');
  return text;
}

std::string rules_table(const Audit& audit, const std::string& number_class) {
  std::string rows;
  for (const RuleFinding& each : rules_in(audit, number_class)) {
    rows += fmt::format(
        "| {} | {} of {} | {} | {} | {} of {} | {} |\n", each.rule, each.mistakes_caught,
        each.mistakes, share(each.mistaken_runs_caught, each.mistaken_runs),
        share(each.mistaken_runs_caught_by_assay, each.mistaken_runs), each.right_runs_rejected,
        each.right_runs, share(each.right_runs_rejected, each.right_runs));
  }
  if (rows.empty()) return "";
  return fmt::format(
             "### Class {}\n\n| rule | mistakes caught | mistaken outputs caught | by Assay, of "
             "the "
             "same | right runs rejected | share |\n|---|--:|--:|--:|--:|--:|\n",
             number_class) +
         rows + "\n";
}

std::string rules_section(const Audit& audit) {
  std::string out =
      "## The same outputs under the rules of other tools\n\nA mistaken output is one that differs "
      "in some bit from what comes out without the mistake. Rules that know some ops or classes "
      "only are "
      "judged on those, and Assay beside them on the same outputs.\n\n";
  std::set<std::string> seen;
  out += rules_table(audit, "all");
  for (const RuleFinding& each : audit.rules) {
    if (each.number_class != "all" && seen.insert(each.number_class).second)
      out += rules_table(audit, each.number_class);
  }
  out += "| rule | as we read it | source |\n|---|---|---|\n";
  for (const RuleFinding& each : rules_in(audit, "all")) {
    if (each.reading.empty()) continue;
    out += fmt::format("| {} | {} | {} |\n", each.rule, cell(each.reading), cell(each.source));
  }
  return out + "\n";
}

std::string mistakes_section(const Audit& audit) {
  std::string escaped, equivalent;
  for (const MistakeFinding& each : audit.mistake_findings) {
    const std::string line =
        fmt::format("- {} [{}]: {}", markdown_code(each.name), each.clause, each.does);
    if (!each.proof.empty()) equivalent += line + " " + each.proof + "\n";
    if (each.proof.empty() && each.caught == 0) escaped += line + "\n";
  }
  std::string out;
  if (!escaped.empty()) out += "## Mistakes that nothing caught\n\n" + escaped + "\n";
  if (!equivalent.empty()) out += "## Mistakes that cannot show, and why\n\n" + equivalent + "\n";
  return out;
}

std::string ways_section(const Audit& audit) {
  std::string out =
      "## Right implementations\n\n| implementation | runs | other bits than plain | rejected | "
      "largest share of the budget, f32 and f64 | where |\n|---|--:|--:|--:|--:|---|\n";
  for (const WayFinding& each : audit.way_findings) {
    out += fmt::format("| {} | {} | {} | {} | {} | {} |\n", markdown_code(each.name), each.runs,
                       each.distinct, each.rejected, three_digits(each.worst_share),
                       each.worst_case.empty() ? "" : markdown_code(each.worst_case));
  }
  for (const RejectedRun& each : audit.rejected) {
    out += fmt::format("\n- {} on {} in {}: {}, {} budgets", markdown_code(each.way),
                       markdown_code(each.test_case), each.number_class, each.verdict,
                       three_digits(each.share));
  }
  return out + "\n";
}

std::string cases_section(const Audit& audit) {
  if (audit.case_findings.empty()) return "";
  std::string worthless, alone;
  std::int64_t catching = 0;
  for (const CaseFinding& each : audit.case_findings) {
    catching += each.caught > 0;
    if (each.earns.empty()) worthless += "- " + markdown_code(each.test_case) + "\n";
    if (each.caught_only_here.empty()) continue;
    alone += fmt::format("- {}: {}\n", markdown_code(each.test_case),
                         fmt::join(each.caught_only_here, ", "));
  }
  std::string out = fmt::format("## Cases\n\n{} of {} catch a mistake.\n\n", catching,
                                counted(audit.case_findings.size(), "case"));
  if (!worthless.empty()) out += "Earn nothing:\n\n" + worthless + "\n";
  if (!alone.empty()) out += "Catch a mistake that no other case catches:\n\n" + alone + "\n";
  return out;
}

std::string floors_section(const Audit& audit) {
  std::string out =
      "## Detection floors\n\nThe smallest relative error that a case catches: everywhere alike, "
      "and of a single element, relative to its row. Sharpest, middle and dullest case.\n\n"
      "| op | class | cases | everywhere | | | one element | | |\n"
      "|---|---|--:|--:|--:|--:|--:|--:|--:|\n";
  for (const FloorFinding& each : audit.floors) {
    out +=
        fmt::format("| {} | {} | {} | {} | {} | {} | {} | {} | {} |\n", each.op, each.number_class,
                    each.cases, three_digits(each.uniform_low), three_digits(each.uniform_middle),
                    three_digits(each.uniform_high), three_digits(each.single_low),
                    three_digits(each.single_middle), three_digits(each.single_high));
  }
  return out;
}

}  // namespace

std::string to_markdown(const Audit& audit) {
  return fmt::format(
             "# Is the suite any good?\n\n**{}**\n\n{}, {} committed cases and {} drawn "
             "anew, {}.\n\n",
             audit_sentence(audit), markup_escaped(audit.title), audit.cases, audit.fresh_cases,
             duration(audit.seconds)) +
         rules_section(audit) + mistakes_section(audit) + ways_section(audit) +
         cases_section(audit) + floors_section(audit);
}

}  // namespace assay::reports
