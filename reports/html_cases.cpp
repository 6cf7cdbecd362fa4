// SPDX-License-Identifier: Apache-2.0
// Every call of the run, a row per case and class, a column per variant. There are thousands, so a
// row is a few dozen bytes and closing tags that HTML can do without are left out. The scripts read
// the accuracy plots' data from these rows.
#include <fmt/format.h>

#include <cmath>
#include <iterator>

#include "reports/escape.h"
#include "reports/figures.h"
#include "reports/html_parts.h"
#include "reports/html_sections.h"
#include "reports/summary.h"

namespace assay::reports {
namespace {

struct Row {
  const CaseResult* first;
  std::vector<const CaseResult*> by_variant;
};

std::vector<Row> rows_of(const RunResult& result, const std::vector<std::string>& variants) {
  std::map<std::string_view, std::size_t> columns;
  for (std::size_t i = 0; i < variants.size(); ++i) columns[variants[i]] = i;
  std::vector<Row> rows;
  std::map<std::string, std::size_t> places;
  for (const CaseResult& each : result.cases) {
    const auto [place, is_new] =
        places.try_emplace(each.op + "/" + each.case_id + " " + each.number_class, rows.size());
    if (is_new) rows.push_back({&each, std::vector<const CaseResult*>(variants.size())});
    rows[place->second].by_variant[columns[each.variant]] = &each;
  }
  return rows;
}

std::string share_text(const CaseResult& result) {
  const OutputJudgement* worst = worst_output(result);
  return worst == nullptr ? "" : three_digits(worst->worst_share);
}

/// The share of the budget alone where it is right; otherwise a sign and the verdict as well.
void append_cell(std::string& out, const CaseResult* result) {
  if (result == nullptr) {
    out += "<td>";
  } else if (result->verdict == Verdict::right) {
    out += "<td>" + share_text(*result);
  } else {
    fmt::format_to(std::back_inserter(out), "<td class={0}>{1} {0} {2}", name_of(result->verdict),
                   verdict_sign(result->verdict), share_text(*result));
  }
}

}  // namespace

std::string cases_section(const RunResult& result) {
  if (result.cases.empty()) return "";
  const std::vector<std::string> variants = variant_names(result);
  std::string body;
  const std::vector<Row> rows = rows_of(result, variants);
  for (const Row& row : rows) {
    const CaseResult& first = *row.first;
    fmt::format_to(std::back_inserter(body), "<tr id=\"{}\"><th>{}<td>{}<td>",
                   markup_escaped(case_anchor(first)), line(full_id(first)),
                   line(first.number_class));
    for (std::size_t i = 0; i < first.clauses.size(); ++i) {
      if (i > 0) body += ' ';
      body += line(first.clauses[i]);
    }
    body += "<td>";
    if (first.longest_sum > 0) body += std::to_string(first.longest_sum);
    for (const CaseResult* each : row.by_variant) append_cell(body, each);
    body += '\n';
  }
  std::vector<Column> columns = {{"case"}, {"class"}, {"decides"}, {"terms of a sum", true}};
  std::vector<std::string> names;
  for (const std::string& variant : variants) names.push_back(line(variant));
  for (const std::string& name : names) columns.push_back({name, true});
  const std::string remark = fmt::format(
      "<p class=\"remark\">The share of the budget that each call used; beside it a sign and a "
      "word "
      "where it is not right. A row opens with what it decides and how to run it again, and has an "
      "address of its own: <code>#case=op/id</code>.</p>\n"
      "<details id=\"all-cases\"><summary>{}</summary>\n",
      counted(rows.size(), "case"));
  return section(
      "cases", "Cases",
      remark +
          table(columns, body, "cases", "Share of the budget used, by case, class and variant") +
          "</details>\n");
}

}  // namespace assay::reports
