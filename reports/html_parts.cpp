// SPDX-License-Identifier: Apache-2.0
// The pieces. No style attributes: the page's policy forbids them, and bars are SVG.
#include "reports/html_parts.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "reports/escape.h"
#include "reports/figures.h"

namespace assay::reports {
namespace {

constexpr const char* signs[] = {"\u2713", "\u2248", "\u2717", "\u2013", "!"};
// The order in which readers want them: what needs a hand first.
constexpr Verdict by_urgency[] = {Verdict::broken, Verdict::wrong, Verdict::imprecise,
                                  Verdict::right, Verdict::unsupported};

}  // namespace

std::string verdict_badge(Verdict verdict) {
  return fmt::format(R"(<span class="badge {0}"><span aria-hidden="true">{1}</span> {0}</span>)",
                     name_of(verdict), signs[static_cast<std::size_t>(verdict)]);
}

std::string verdict_counts(const Counts& counts) {
  std::string out;
  for (const Verdict verdict : by_urgency) {
    if (counts[verdict] == 0) continue;
    if (!out.empty()) out += ' ';
    out += fmt::format(
        R"(<span class="count {0}" title="{1} {0}"><span aria-hidden="true">{2}</span>&nbsp;{1})"
        R"(<span class="unseen"> {0}</span></span>)",
        name_of(verdict), counts[verdict], signs[static_cast<std::size_t>(verdict)]);
  }
  return out;
}

std::string stacked_bar(const Counts& counts) {
  if (counts.total() == 0) return "";
  std::string out =
      R"(<svg class="bar" viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">)";
  double left = 0;
  for (std::size_t i = 0; i < verdict_count; ++i) {
    if (counts.of[i] == 0) continue;
    const double width =
        100 * static_cast<double>(counts.of[i]) / static_cast<double>(counts.total());
    out += fmt::format(R"(<rect class="{}" x="{:.3f}" width="{:.3f}" height="1"/>)",
                       verdict_names[i], left, width);
    left += width;
  }
  return out + "</svg>";
}

std::string share_bar(double share) {
  const double width = std::isfinite(share) ? 100 * std::clamp(share, 0.0, 1.0) : 100;
  return fmt::format(
      R"(<svg class="bar" viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">)"
      R"(<rect class="rest" width="100" height="1"/><rect class="share" width="{:.3f}" )"
      R"(height="1"/></svg>)",
      width);
}

std::string line(std::string_view text) { return markup_escaped(one_line(text)); }

std::string section(std::string_view id, std::string_view heading, std::string_view body) {
  return fmt::format(
      "<section id=\"{0}\" aria-labelledby=\"{0}-heading\">\n<h2 id=\"{0}-heading\">{1}"
      "<a class=\"permalink\" href=\"#{0}\" aria-label=\"Link to this section\">#</a></h2>\n"
      "{2}</section>\n",
      id, heading, body);
}

std::string table(const std::vector<Column>& columns, std::string_view rows,
                  std::string_view filter, std::string_view caption) {
  std::string out = "<div class=\"frame\" tabindex=\"0\"";
  if (!caption.empty()) out += fmt::format(" role=\"region\" aria-label=\"{}\"", caption);
  if (!filter.empty()) out += fmt::format(" data-filter=\"{}\"", markup_escaped(filter));
  out += "><table>";
  if (!caption.empty()) out += fmt::format("<caption>{}</caption>", caption);
  out += "<thead><tr>";
  for (const Column& column : columns)
    out += fmt::format("<th scope=\"col\"{}>{}</th>", column.is_number ? " class=\"number\"" : "",
                       column.heading);
  out += "</tr></thead>\n<tbody>\n";
  out += rows;
  return out + "</tbody></table></div>\n";
}

std::string table_of_variants(std::vector<Column> columns, const std::vector<std::string>& variants,
                              std::string_view rows, std::string_view filter,
                              std::string_view caption) {
  std::vector<std::string> names;
  for (const std::string& variant : variants) names.push_back(line(variant));
  for (const std::string& name : names) columns.push_back({name, false});
  return table(columns, rows, filter, caption);
}

std::string folded(std::string_view summary, std::string_view table) {
  return fmt::format("<details class=\"figures\"><summary>{}</summary>\n{}</details>\n", summary,
                     table);
}

std::string plot(std::string_view id, std::string_view title, std::string_view caption) {
  return fmt::format(
      "<figure id=\"{0}\" class=\"plot\" aria-labelledby=\"{0}-title\" hidden>"
      "<h3 id=\"{0}-title\">{1}</h3><div class=\"canvas\"></div>"
      "<figcaption>{2}</figcaption></figure>\n",
      id, title, caption);
}

std::string_view verdict_sign(Verdict verdict) { return signs[static_cast<std::size_t>(verdict)]; }

std::string case_anchor(const CaseResult& result) {
  return "case=" + fragment(result.op) + "/" + fragment(result.case_id) +
         "&class=" + fragment(result.number_class);
}

std::string clause_link(std::string_view clause) {
  return fmt::format("<a href=\"#clause-{}\">{}</a>", fragment(clause), line(clause));
}

std::string number_cell(std::string_view shown, double sort_key) {
  return fmt::format("<td class=\"number\" data-key=\"{}\">{}</td>",
                     std::isfinite(sort_key) ? fmt::format("{:.9g}", sort_key) : "1e999", shown);
}

}  // namespace assay::reports
