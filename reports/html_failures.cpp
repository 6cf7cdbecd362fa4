// SPDX-License-Identifier: Apache-2.0
// What is not right, call by call, with all that helps to mend it; and what is not supported.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "reports/escape.h"
#include "reports/figures.h"
#include "reports/html_parts.h"
#include "reports/html_sections.h"
#include "reports/summary.h"

namespace assay::reports {
namespace {

/// So many are told in full, divided evenly among the variants: a variant that gets nothing right
/// must neither make the page unwieldy nor push the others out.
constexpr std::size_t most_failures = 640;

std::string value_text(const std::string& text, double value) {
  return text.empty() ? three_digits(value) : line(text);
}

std::string worst_element(const CaseResult& result) {
  const OutputJudgement* worst = worst_output(result);
  if (worst == nullptr) return "";
  std::string out = "<dl class=\"facts\">";
  const auto fact = [&](std::string_view name, const std::string& value) {
    out += fmt::format("<dt>{}</dt><dd>{}</dd>", name, value);
  };
  fact("output", line(worst->name));
  fact("beyond the budget",
       fmt::format("{} of {}", worst->beyond_budget,
                   counted(static_cast<std::size_t>(worst->elements), "element")));
  if (!worst->worst_index_text.empty()) fact("worst element", line(worst->worst_index_text));
  fact("got", value_text(worst->got_text, worst->got));
  fact("want", value_text(worst->want_text, worst->want));
  fact("budget", fmt::format("{}, used {} times", three_digits(worst->budget),
                             three_digits(worst->worst_share)));
  fact(worst->bound_is_proved ? "bound, proved" : "bound, measured",
       fmt::format("{}, used {} times", three_digits(worst->bound),
                   three_digits(worst->worst_share_of_bound)));
  return out + "</dl>\n";
}

std::string failure(const CaseResult& result, bool open) {
  const std::string id =
      fragment(result.variant + "-" + result.op + "-" + result.case_id + "-" + result.number_class);
  std::string out = fmt::format(
      "<details class=\"failure\" id=\"failure-{}\" data-verdict=\"{}\" "
      "data-case=\"{}\"{}><summary>{} "
      "<b>{}</b> <span class=\"case\">{}</span> <span class=\"class\">{}</span>",
      id, name_of(result.verdict), markup_escaped(case_anchor(result)), open ? " open" : "",
      verdict_badge(result.verdict), line(result.variant), line(full_id(result)),
      line(result.number_class));
  if (!result.clauses.empty())
    out += fmt::format(" <span class=\"clause\">{}</span>", line(result.clauses.front()));
  out += "</summary>\n<div class=\"inside\">\n";
  if (!result.reason.empty()) out += "<p>" + markup_escaped(result.reason) + "</p>\n";
  if (!result.diagnosis.empty()) out += "<pre>" + markup_escaped(result.diagnosis) + "</pre>\n";
  out += worst_element(result);
  if (!result.clauses.empty()) {
    out += "<p class=\"remark\">Decides";
    for (const std::string& clause : result.clauses) {
      out += ' ';
      out += clause_link(clause);
    }
    out += "</p>\n";
  }
  if (!result.kernel.empty())
    out += "<p class=\"remark\">Kernel: " + line(result.kernel) + "</p>\n";
  if (!result.captured.empty())
    out +=
        "<p class=\"remark\">It printed:</p><pre>" + markup_escaped(result.captured) + "</pre>\n";
  if (!result.rerun.empty())
    out += "<p class=\"remark\">Run just this again:</p><pre class=\"command\">" +
           line(result.rerun) + "</pre>\n";
  return out + fmt::format(
                   "<a class=\"permalink\" href=\"#failure-{}\">link to this</a> "
                   "<a class=\"permalink\" href=\"#{}\">the case in all variants</a></div>\n"
                   "</details>\n",
                   id, markup_escaped(case_anchor(result)));
}

}  // namespace

std::string failures_section(const RunResult& result) {
  // Broken before wrong before imprecise.
  std::string by_verdict[verdict_count];
  std::size_t number = 0, left_out = 0;
  std::map<std::string, std::size_t> told;  // by variant
  for (const CaseResult& each : result.cases)
    if (is_failure(each.verdict)) ++number;
  const std::size_t most = most_failures / std::max<std::size_t>(1, variant_names(result).size());
  for (const CaseResult& each : result.cases) {
    if (!is_failure(each.verdict)) continue;
    if (++told[each.variant] > most)
      ++left_out;
    else
      by_verdict[static_cast<std::size_t>(each.verdict)] += failure(each, number == 1);
  }
  std::string body;
  if (number == 0) {
    body = "<p class=\"remark\">None: every output that was judged is within its budget.</p>\n";
  } else {
    for (const std::string& each : likeness_lines(result))
      body += "<p class=\"remark\">" + line(each) + "</p>\n";
    body += "<div class=\"failures\">\n";
    for (const Verdict verdict : {Verdict::broken, Verdict::wrong, Verdict::imprecise})
      body += by_verdict[static_cast<std::size_t>(verdict)];
    body += "</div>\n";
    if (left_out > 0)
      body += fmt::format(
          "<p class=\"remark\">{} more: of each variant, the first {} are told in full here. All "
          "stand among the <a href=\"#cases\">cases</a> and in results.json.</p>\n",
          left_out, most);
  }
  return section("failures", "Not right", body);
}

std::string unsupported_section(const RunResult& result) {
  using Key = std::tuple<std::string, std::string, std::string, std::string>;
  std::map<Key, std::size_t> groups;
  for (const CaseResult& each : result.cases)
    if (each.verdict == Verdict::unsupported)
      ++groups[{each.variant, each.op, each.number_class, each.reason}];
  if (groups.empty()) return "";
  std::string rows;
  for (const auto& [key, number] : groups) {
    const auto& [variant, op, number_class, reason] = key;
    rows += fmt::format("<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td>", line(variant),
                        line(op), line(number_class));
    rows += number_cell(std::to_string(number), static_cast<double>(number));
    rows += "<td class=\"sentence\">" + line(reason) + "</td></tr>\n";
  }
  const std::string remark =
      "<p class=\"remark\">What implementations say they do not do. It is neither passed nor "
      "failed.</p>\n";
  return section("unsupported", "Unsupported",
                 remark + table({{"variant"}, {"op"}, {"class"}, {"calls", true}, {"reason"}}, rows,
                                "reasons", "What is not supported, and why"));
}

}  // namespace assay::reports
