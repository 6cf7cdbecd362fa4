// SPDX-License-Identifier: Apache-2.0
// The sentences of the specification, each with what stands behind it: the cases that decide it,
// the mistakes that break it, and how the variants fare.
#include <fmt/format.h>

#include "reports/escape.h"
#include "reports/figures.h"
#include "reports/html_parts.h"
#include "reports/html_sections.h"
#include "reports/summary.h"

namespace assay::reports {
namespace {

/// One number where all is right, as nearly everywhere.
std::string counts_cell(const std::map<std::string, Counts>& by_variant,
                        const std::string& variant) {
  const auto found = by_variant.find(variant);
  if (found == by_variant.end()) return "<td class=\"none\">not run</td>";
  const Counts& counts = found->second;
  if (counts[Verdict::right] == counts.total())
    return fmt::format("<td>{}&nbsp;{}</td>", verdict_sign(Verdict::right), counts.total());
  return "<td>" + verdict_counts(counts) + "</td>";
}

std::string names_in_details(const std::vector<std::string>& names, const char* noun,
                             const char* kind) {
  if (names.empty()) return fmt::format("<td class=\"none\" data-key=\"0\">no {}</td>", noun);
  std::string list;
  for (const std::string& name : names) {
    list += ' ';
    list += line(name);
  }
  return fmt::format(
      "<td data-key=\"{}\"><details class=\"names\" data-kind=\"{}\"><summary>{}</summary>{}"
      "</details></td>",
      names.size(), kind, counted(names.size(), noun), list);
}

}  // namespace

std::string clauses_section(const RunResult& result, const Audit* audit) {
  const std::vector<ClauseCoverage> clauses = by_clause(result);
  if (clauses.empty()) return "";
  std::map<std::string, std::vector<std::string>> mistakes;
  if (audit != nullptr)
    for (const MistakeFinding& each : audit->mistake_findings)
      if (each.proof.empty() && each.caught > 0) mistakes[each.clause].push_back(each.name);
  const std::vector<std::string> variants = variant_names(result);
  std::string rows;
  std::size_t decided = 0;
  for (const ClauseCoverage& clause : clauses) {
    decided += !clause.cases.empty();
    rows += fmt::format(
        "<tr id=\"clause-{0}\"><th scope=\"row\"><a class=\"quiet\" href=\"#clause-{0}\">{1}</a>"
        "</th><td class=\"sentence\">{2}</td>",
        fragment(clause.id), line(clause.id), line(clause.text));
    rows += names_in_details(clause.cases, "case", "case");
    if (audit != nullptr) rows += names_in_details(mistakes[clause.id], "mistake", "mistake");
    for (const std::string& variant : variants) rows += counts_cell(clause.by_variant, variant);
    rows += "</tr>\n";
  }
  const std::string remark = fmt::format(
      "<p class=\"remark\">{} of the specification, {} of them decided by a case of this run: each "
      "with its sentence, the cases that decide it{} and the verdicts on them. "
      "<code>assay explain ID</code> shows where it stands in the text and in the reference.</p>\n",
      counted(clauses.size(), "clause"), decided,
      audit != nullptr ? ", the known mistakes against it that the suite catches" : "");
  std::vector<Column> columns = {{"clause"}, {"what is right"}, {"cases"}};
  if (audit != nullptr) columns.push_back({"mistakes caught"});
  return section("clauses", "Clauses",
                 remark + table_of_variants(columns, variants, rows, "clauses",
                                            "Clauses, what decides them and who keeps them"));
}

}  // namespace assay::reports
