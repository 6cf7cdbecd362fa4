// SPDX-License-Identifier: Apache-2.0
// Is the suite any good? What an audit found, as a section of the page.
#include <fmt/format.h>

#include "reports/audit_plot.h"
#include "reports/audit_summary.h"
#include "reports/escape.h"
#include "reports/figures.h"
#include "reports/html_parts.h"
#include "reports/html_sections.h"

namespace assay::reports {
namespace {

std::string share_cell(std::int64_t part, std::int64_t whole, std::string_view style) {
  if (whole == 0) return "<td class=\"number none\" data-key=\"-1\">-</td>";
  const double share = static_cast<double>(part) / static_cast<double>(whole);
  return number_cell(fmt::format("<span{}>{}</span> <span class=\"second\">{} of {}</span>{}",
                                 style, percent(share), part, whole, share_bar(share)),
                     share);
}

std::string rules_table(const Audit& audit) {
  std::string rows;
  for (const RuleFinding& each : audit.rules) {
    const bool own = each.reading.empty();
    const std::string about =
        own ? ""
            : "<span class=\"about\">" + line(each.reading) + "; " + line(each.source) + "</span>";
    rows += "<tr><th scope=\"row\">" + line(each.rule) + (each.number_class == "all" ? about : "") +
            "</th><td>" + line(each.number_class) + "</td>" +
            share_cell(each.mistakes_caught, each.mistakes, "") +
            share_cell(each.mistaken_runs_caught, each.mistaken_runs, "") +
            share_cell(each.mistaken_runs_caught_by_assay, each.mistaken_runs, "") +
            share_cell(each.right_runs_rejected, each.right_runs,
                       each.right_runs_rejected > 0 ? " class=\"text-wrong\"" : "") +
            "</tr>\n";
  }
  return table({{"rule"},
                {"class"},
                {"mistakes caught", true},
                {"mistaken outputs caught", true},
                {"by Assay, of the same", true},
                {"right runs rejected", true}},
               rows, "rules", "What each rule catches and rejects");
}

/// The kill matrix by rows: what each mistake does, and how many runs and cases catch it.
std::string mistakes_table(const Audit& audit) {
  std::string rows;
  for (const MistakeFinding& each : audit.mistake_findings) {
    const bool counts = each.proof.empty();
    rows += "<tr id=\"mistake-" + fragment(each.name) + "\"><th>" + line(each.name) +
            "<span class=about>" + line(each.does) +
            (counts ? "" : " Cannot show: " + line(each.proof)) + "</span><td>" +
            clause_link(each.clause) +
            fmt::format("<td{} data-key={}>{}{} of {}<td>{}<td>{}\n",
                        counts && each.caught == 0 ? " class=text-wrong" : "", each.caught,
                        counts && each.caught == 0 ? "! " : "", each.caught, each.runs,
                        each.caught_by.size(),
                        each.caught_by.empty() ? "" : line(each.caught_by.front()));
  }
  return table({{"mistake"},
                {"clause"},
                {"runs that catch it", true},
                {"cases that catch it", true},
                {"the first"}},
               rows, "mistakes", "Known mistakes and what catches them");
}

std::string ways_table(const Audit& audit) {
  std::string rows;
  for (const WayFinding& each : audit.way_findings) {
    rows += "<tr><th scope=\"row\">" + line(each.name) + "<span class=\"about\">" +
            line(each.summary) + "</span></th>" +
            number_cell(std::to_string(each.runs), static_cast<double>(each.runs)) +
            number_cell(std::to_string(each.distinct), static_cast<double>(each.distinct)) +
            number_cell(std::to_string(each.rejected), static_cast<double>(each.rejected)) +
            number_cell(three_digits(each.worst_share), each.worst_share) + "<td>" +
            line(each.worst_case) + "</td></tr>\n";
  }
  return table({{"implementation"},
                {"runs", true},
                {"other bits than plain", true},
                {"rejected", true},
                {"share of the budget", true},
                {"where"}},
               rows, "", "Right implementations in other orders");
}

std::string floors_table(const Audit& audit) {
  std::string rows;
  for (const FloorFinding& each : audit.floors) {
    rows += "<tr><th scope=\"row\">" + line(each.op) + "</th><td>" + line(each.number_class) +
            "</td>" + number_cell(std::to_string(each.cases), static_cast<double>(each.cases)) +
            number_cell(three_digits(each.uniform_low), each.uniform_low) +
            number_cell(three_digits(each.uniform_middle), each.uniform_middle) +
            number_cell(three_digits(each.single_low), each.single_low) +
            number_cell(three_digits(each.single_middle), each.single_middle) + "</tr>\n";
  }
  return table({{"op"},
                {"class"},
                {"cases", true},
                {"everywhere: sharpest", true},
                {"middle", true},
                {"one element: sharpest", true},
                {"middle", true}},
               rows, "", "The smallest relative errors caught, by op and class");
}

std::string cases_remark(const Audit& audit) {
  std::size_t catching = 0, worthless = 0, alone = 0;
  for (const CaseFinding& each : audit.case_findings) {
    catching += each.caught > 0;
    worthless += each.earns.empty();
    alone += !each.caught_only_here.empty();
  }
  if (audit.case_findings.empty()) return "";
  return fmt::format(
      "<p class=\"remark\">Of {} {} catch a mistake, {} one that no other case catches; {} earn "
      "nothing.</p>\n",
      counted(audit.case_findings.size(), "case"), catching, alone, worthless);
}

}  // namespace

std::string audit_section(const Audit& audit) {
  const std::string remark =
      "<p class=\"remark\">" + line(audit_sentence(audit)) +
      ". The suite is tried, too: with implementations that are wrong on purpose, each by one "
      "small mistake, all of which it must reject, and with right ones that compute in other ways, "
      "all of which it must accept. The rules of other tools judge the same outputs. " +
      line(audit.title) + ", " + line(audit.started) + ".</p>\n";
  return section("audit", "Is the suite any good?",
                 remark + rules_plot(audit) + rules_table(audit) + cases_remark(audit) +
                     plot("kills-plot",
                          fmt::format("{} of {} known mistakes are caught by some case",
                                      audit.mistakes_caught, audit.mistakes),
                          "The kill matrix: a row per mistake of the chosen op, a mark for every "
                          "case that catches it. The cases of the op come first.") +
                     mistakes_table(audit) + ways_table(audit) +
                     "<p class=\"remark\">The smallest relative errors that the cases of an op "
                     "still catch.</p>\n" +
                     floors_table(audit));
}

}  // namespace assay::reports
