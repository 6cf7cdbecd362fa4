// SPDX-License-Identifier: Apache-2.0
// Who got what right: scoreboard, support matrix, suites, clauses.
#include <fmt/format.h>

#include "reports/escape.h"
#include "reports/figures.h"
#include "reports/html_parts.h"
#include "reports/html_sections.h"
#include "reports/summary.h"

namespace assay::reports {
namespace {

std::string counts_cell(const Counts* counts, bool show_portable) {
  if (counts == nullptr) return "<td class=\"counts none\">not run</td>";
  std::string out = "<td class=\"counts\">" + verdict_counts(*counts);
  if (show_portable && counts->portable != 0) {
    out += counts->portable == counts->total()
               ? " <span class=\"portable\">shared text</span>"
               : fmt::format(" <span class=\"portable\">{} shared</span>", counts->portable);
  }
  return out + stacked_bar(*counts) + "</td>";
}

std::string cells(const std::map<std::string, Counts>& row,
                  const std::vector<std::string>& variants, bool show_portable) {
  std::string out;
  for (const std::string& variant : variants) {
    const auto found = row.find(variant);
    out += counts_cell(found == row.end() ? nullptr : &found->second, show_portable);
  }
  return out;
}

std::string variant_cell(const RunResult& result, const std::string& name) {
  std::string out = "<th scope=\"row\">" + line(name);
  for (const VariantInfo& each : result.variants) {
    if (each.name != name) continue;
    std::string about = line(each.summary);
    if (!each.version.empty())
      about = "version " + line(each.version) + (about.empty() ? "" : ": ") + about;
    if (!each.target.empty()) about += " Target: " + line(each.target) + ".";
    if (!about.empty()) out += "<span class=\"about\">" + about + "</span>";
    break;
  }
  return out + "</th>";
}

}  // namespace

std::string scoreboard_section(const RunResult& result) {
  std::map<std::string, Counts> by_variant;
  for (const CaseResult& each : result.cases) by_variant[each.variant].add(each);
  std::string rows;
  for (const std::string& name : variant_names(result)) {
    const Counts& counts = by_variant[name];
    rows +=
        "<tr>" + variant_cell(result, name) + "<td class=\"wide\">" + stacked_bar(counts) + "</td>";
    for (std::size_t i = 0; i < verdict_count; ++i) {
      const std::string shown = counts.of[i] == 0 ? "<span class=\"zero\">0</span>"
                                                  : fmt::format("<span class=\"text-{}\">{}</span>",
                                                                verdict_names[i], counts.of[i]);
      rows += number_cell(shown, static_cast<double>(counts.of[i]));
    }
    rows += "</tr>\n";
  }
  const std::vector<Column> columns = {
      {"variant"},     {"share of its calls"}, {"right", true}, {"imprecise", true},
      {"wrong", true}, {"unsupported", true},  {"broken", true}};
  return section("scoreboard", "Scoreboard", table(columns, rows));
}

std::string support_section(const RunResult& result) {
  const Table counts = by_op_and_class(result);
  if (counts.rows.empty()) return "";
  const std::vector<std::string> variants = variant_names(result);
  std::string rows, previous;
  for (const std::string& row : counts.rows) {
    const std::size_t gap = row.rfind(' ');
    const std::string op = row.substr(0, gap);
    rows +=
        fmt::format("<tr><th scope=\"row\"{}>{}</th><td>{}</td>",
                    op == previous ? " class=\"again\"" : "", line(op), line(row.substr(gap + 1)));
    rows += cells(counts.cells.at(row), variants, true) + "</tr>\n";
    previous = op;
  }
  const std::string remark =
      "<p class=\"remark\">Calls by op and number class. <span class=\"portable\">Shared "
      "text</span> is the portable code that variants have in common, so there it says nothing "
      "about the variant.</p>\n";
  return section("support", "Support",
                 remark + table_of_variants({{"op"}, {"class"}}, variants, rows));
}

std::string suites_section(const RunResult& result) {
  const Table counts = by_suite(result);
  if (counts.rows.empty()) return "";
  const std::vector<std::string> variants = variant_names(result);
  std::string rows;
  for (const std::string& row : counts.rows)
    rows += "<tr><th scope=\"row\">" + line(row) + "</th>" +
            cells(counts.cells.at(row), variants, false) + "</tr>\n";
  return section("suites", "Suites", table_of_variants({{"suite"}}, variants, rows));
}

std::string clauses_section(const RunResult& result) {
  const std::vector<ClauseCoverage> clauses = by_clause(result);
  if (clauses.empty()) return "";
  const std::vector<std::string> variants = variant_names(result);
  std::string rows;
  for (const ClauseCoverage& clause : clauses) {
    std::string cases;
    for (const std::string& name : clause.cases) cases += "<li>" + line(name) + "</li>";
    rows += fmt::format(
        "<tr id=\"clause-{0}\"><th scope=\"row\"><a class=\"quiet\" href=\"#clause-{0}\">{1}</a>"
        "</th><td class=\"sentence\">{2}</td><td data-key=\"{3}\">",
        fragment(clause.id), line(clause.id), line(clause.text), clause.cases.size());
    if (clause.cases.empty())
      rows += "<span class=\"none\">no case</span>";
    else
      rows += fmt::format("<details><summary>{}</summary><ul class=\"names\">{}</ul></details>",
                          counted(clause.cases.size(), "case"), cases);
    rows += "</td>" + cells(clause.by_variant, variants, false) + "</tr>\n";
  }
  const std::string remark = fmt::format(
      "<p class=\"remark\">{} of the specification, each with the cases of this run that decide "
      "it.</p>\n",
      counted(clauses.size(), "clause"));
  return section("clauses", "Clauses",
                 remark + table_of_variants({{"clause"}, {"what is right"}, {"cases"}}, variants,
                                            rows, "clauses"));
}

}  // namespace assay::reports
