// SPDX-License-Identifier: Apache-2.0
// The small pieces that the sections of the page are made of. Only html*.cpp need them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "reports/results.h"
#include "reports/summary.h"

namespace assay::reports {

/// A verdict with its sign, so that colour is never the only difference.
std::string verdict_badge(Verdict verdict);

/// Counts as signs and numbers, the failures first: "x 2, ok 14".
std::string verdict_counts(const Counts& counts);

/// Shares of the verdicts as a thin bar; decoration beside numbers.
std::string stacked_bar(const Counts& counts);

/// A share from 0 to 1 as a thin bar; decoration beside a number.
std::string share_bar(double share);

/// One line of foreign text, escaped.
std::string line(std::string_view text);

/// A section with a heading that links to itself.
std::string section(std::string_view id, std::string_view heading, std::string_view body);

/// A column's heading; numbers are set flush right.
struct Column {
  std::string_view heading;  // escaped already
  bool is_number = false;
};

/// A table in a frame that scrolls by itself where the screen is narrow. `rows` is HTML.
/// `filter` names what can be searched in it; empty: no search field. `caption` (escaped already)
/// says what the table shows to whoever does not see where it stands.
std::string table(const std::vector<Column>& columns, std::string_view rows,
                  std::string_view filter = "", std::string_view caption = "");
std::string table_of_variants(std::vector<Column> columns, const std::vector<std::string>& variants,
                              std::string_view rows, std::string_view filter = "",
                              std::string_view caption = "");

/// A long table under its plot, folded away until somebody wants the figures.
std::string folded(std::string_view summary, std::string_view table);

/// The place of a plot: a title that says what one sees, and how to read it. Drawn by the scripts
/// from the data of the page; hidden without them. `title` and `caption` are escaped already.
std::string plot(std::string_view id, std::string_view title, std::string_view caption);

/// A verdict's sign: a tick, a cross, ...; "!" for broken.
std::string_view verdict_sign(Verdict verdict);

/// What a link to a case leads to: "case=attention/gqa-6x3&class=f32", as the id of its row.
std::string case_anchor(const CaseResult& result);

/// A link to a row of the clauses.
std::string clause_link(std::string_view clause);

/// A cell whose order is that of `sort_key` rather than of what is shown.
std::string number_cell(std::string_view shown, double sort_key);

}  // namespace assay::reports
