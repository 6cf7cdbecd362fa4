// SPDX-License-Identifier: Apache-2.0
// Determinism: the reproducibility grades that variants declare and hold, and generated texts.
#include <fmt/format.h>

#include <map>

#include "reports/escape.h"
#include "reports/figures.h"
#include "reports/generations.h"
#include "reports/grades.h"
#include "reports/html_parts.h"
#include "reports/html_sections.h"

namespace assay::reports {
namespace {

std::string sign_of(bool is_failure) {
  return verdict_badge(is_failure ? Verdict::broken : Verdict::right);
}

std::string standing_cell(const GradeStanding& each) {
  std::string out = "<td>";
  if (each.held() || each.is_failure()) out += sign_of(each.is_failure()) + " ";
  out += line(words_of(each));
  if (each.measured())
    out += fmt::format("<span class=\"about\">{}</span>",
                       counted(static_cast<std::size_t>(each.calls), "call"));
  return out + "</td>";
}

}  // namespace

std::string grades_section(const RunResult& result) {
  if (result.grades.empty()) return "";
  std::vector<Column> columns = {{"variant"}};
  for (const char* grade : grade_names) columns.push_back({grade});
  std::string rows, broken;
  const std::vector<GradeStanding> all = standings(result);
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (i % std::size(grade_names) == 0)
      rows += "<tr><th scope=\"row\">" + line(all[i].variant) + "</th>";
    rows += standing_cell(all[i]);
    if ((i + 1) % std::size(grade_names) == 0) rows += "</tr>\n";
    for (const GradeResult* each : all[i].broken_ops) {
      broken += fmt::format(
          "<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td><td>{}</td>"
          "<td>{} of {}</td><td>{}<pre class=\"command\">{}</pre></td></tr>\n",
          line(each->variant), line(each->grade), line(each->op),
          each->claimed ? "claimed" : "not claimed", each->broken,
          counted(static_cast<std::size_t>(each->calls), "call"), line(break_text(*each)),
          line(each->rerun));
    }
  }
  std::string body =
      "<p class=\"remark\">A grade is held where every output kept its bits in every call made "
      "otherwise.</p>\n" +
      table(columns, rows, "", "Determinism grades by variant");
  if (!broken.empty())
    body += table({{"variant"}, {"grade"}, {"op"}, {"declared"}, {"broken"}, {"first"}}, broken,
                  "broken grades", "Where grades are broken");
  return section("grades", "Determinism grades", body);
}

std::string generations_section(const RunResult& result) {
  if (result.generations.empty()) return "";
  std::string rows;
  for (const GenerationResult& each : result.generations) {
    rows += fmt::format("<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td>{}{}<td>{} {}",
                        line(each.variant), line(each.model), line(each.arrangement),
                        number_cell(std::to_string(each.texts), static_cast<double>(each.texts)),
                        number_cell(std::to_string(each.tokens), static_cast<double>(each.tokens)),
                        sign_of(is_failure(each)), line(words_of(each)));
    for (const std::string& first : {each.first_wrong, each.first_undecidable})
      if (!first.empty()) rows += "<span class=\"about\">" + line(first) + "</span>";
    if (is_failure(each)) rows += "<pre class=\"command\">" + line(each.rerun) + "</pre>";
    rows += "</td></tr>\n";
  }
  return section(
      "generations", "Generated texts",
      table(
          {{"variant"}, {"model"}, {"arrangement"}, {"texts", true}, {"tokens", true}, {"verdict"}},
          rows, "generated texts", "Generated texts by arrangement"));
}

}  // namespace assay::reports
