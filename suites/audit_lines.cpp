// SPDX-License-Identifier: Apache-2.0
#include "suites/audit_lines.h"

#include <fmt/format.h>

#include <algorithm>

#include "reports/audit_summary.h"
#include "reports/figures.h"
#include "suites/columns.h"

namespace assay::suites {
namespace {

using Lines = std::vector<std::string>;
using Rows = std::vector<std::vector<std::string>>;

/// The first few of a long list, and how many more there are.
constexpr std::size_t shown = 20;

void add_section(Lines& lines, const std::string& heading, const Lines& items) {
  if (items.empty()) return;
  lines.push_back(heading);
  for (std::size_t i = 0; i < std::min(items.size(), shown); ++i) lines.push_back("  " + items[i]);
  if (items.size() > shown) lines.push_back(fmt::format("  and {} more", items.size() - shown));
}

Lines escaped(const reports::Audit& audit) {
  Lines items;
  for (const reports::MistakeFinding& each : audit.mistake_findings) {
    if (!each.proof.empty() || each.caught > 0) continue;
    items.push_back(fmt::format(
        "{} [{}]: {} {}", each.name, each.clause, each.does,
        each.runs == 0 ? "No case that was tried meets it." : fmt::format("{} runs.", each.runs)));
  }
  return items;
}

Lines equivalent(const reports::Audit& audit) {
  Lines items;
  for (const reports::MistakeFinding& each : audit.mistake_findings) {
    if (!each.proof.empty()) items.push_back(each.name + ": " + each.proof);
  }
  return items;
}

Lines caught_but_proved(const reports::Audit& audit) {
  Lines items;
  for (const reports::MistakeFinding& each : audit.mistake_findings) {
    if (!each.proof.empty() && each.caught > 0) {
      items.push_back(each.name + " is caught by " + each.caught_by.front());
    }
  }
  return items;
}

Lines rejected(const reports::Audit& audit) {
  Lines items;
  for (const reports::RejectedRun& each : audit.rejected) {
    items.push_back(fmt::format("{} on {} {}: {}, {} budgets", each.way, each.test_case,
                                each.number_class, each.verdict,
                                reports::three_digits(each.share)));
  }
  return items;
}

Lines worthless(const reports::Audit& audit) {
  Lines items;
  for (const reports::CaseFinding& each : audit.case_findings) {
    if (each.earns.empty()) items.push_back(each.test_case);
  }
  return items;
}

Lines hanging_by_a_thread(const reports::Audit& audit) {
  Lines items;
  for (const reports::CaseFinding& each : audit.case_findings) {
    if (each.caught_only_here.empty()) continue;
    items.push_back(fmt::format("{}: {}", each.test_case, fmt::join(each.caught_only_here, ", ")));
  }
  return items;
}

std::string of_runs(std::int64_t part, std::int64_t whole) {
  if (whole == 0) return "-";
  return fmt::format("{} ({:.1f} %)", part,
                     100.0 * static_cast<double>(part) / static_cast<double>(whole));
}

Lines rules(const reports::Audit& audit) {
  Rows rows = {{"rule", "mistakes caught", "mistaken runs caught", "Assay on the same",
                "right runs rejected", "Assay"}};
  for (const reports::RuleFinding& each : reports::rules_in(audit, "all")) {
    rows.push_back({each.rule, fmt::format("{} of {}", each.mistakes_caught, each.mistakes),
                    of_runs(each.mistaken_runs_caught, each.mistaken_runs),
                    of_runs(each.mistaken_runs_caught_by_assay, each.mistaken_runs),
                    of_runs(each.right_runs_rejected, each.right_runs),
                    of_runs(each.right_runs_rejected_by_assay, each.right_runs)});
  }
  return in_columns(rows);
}

}  // namespace

Lines audit_lines(const reports::Audit& audit) {
  Lines lines;
  add_section(lines, "Mistakes that cannot show, and why:", equivalent(audit));
  add_section(lines, "Mistakes that one case alone catches:", hanging_by_a_thread(audit));
  add_section(lines, "The same outputs under the rules of other tools, all classes:", rules(audit));
  add_section(lines, "Said to be unable to show, and caught:", caught_but_proved(audit));
  add_section(lines, "Cases that earn nothing:", worthless(audit));
  add_section(lines, "Right runs that were rejected:", rejected(audit));
  add_section(lines, "Mistakes that nothing caught:", escaped(audit));
  return lines;
}

}  // namespace assay::suites
