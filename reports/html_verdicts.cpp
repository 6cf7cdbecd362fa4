// SPDX-License-Identifier: Apache-2.0
// Who got what right: scoreboard, support matrix, suites.
#include <fmt/format.h>

#include <algorithm>

#include "reports/escape.h"
#include "reports/figures.h"
#include "reports/html_parts.h"
#include "reports/html_sections.h"
#include "reports/ranking.h"
#include "reports/summary.h"

namespace assay::reports {
namespace {

std::string counts_cell(const Counts* counts) {
  if (counts == nullptr) return "<td class=\"counts none\">not run</td>";
  return "<td class=\"counts\">" + verdict_counts(*counts) + stacked_bar(*counts) + "</td>";
}

std::string cells(const std::map<std::string, Counts>& row,
                  const std::vector<std::string>& variants) {
  std::string out;
  for (const std::string& variant : variants) {
    const auto found = row.find(variant);
    out += counts_cell(found == row.end() ? nullptr : &found->second);
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
    if (!each.target.empty()) about += "; target: " + line(each.target);
    if (each.threads_kept > 0)
      about += fmt::format("; keeps {} between calls",
                           counted(static_cast<std::size_t>(each.threads_kept), "thread"));
    if (!about.empty()) out += "<span class=\"about\">" + about + "</span>";
    break;
  }
  return out + "</th>";
}

/// Of the shapes that may be ranked, and how many may not.
std::string speed_cell(const MeanSpeedup& mean) {
  if (mean.shapes == 0) return "<td class=\"none\" data-key=\"-1\">not ranked</td>";
  std::string out = three_digits(mean.ratio.middle);
  if (mean.left_out > 0)
    out += fmt::format(" <span class=\"second\">without {}</span>", mean.left_out);
  return number_cell(out, mean.ratio.middle);
}

}  // namespace

std::string scoreboard_section(const RunResult& result, const Ranking& ranking) {
  std::map<std::string, Counts> by_variant;
  std::map<std::string, double> worst;
  for (const CaseResult& each : result.cases) {
    by_variant[each.variant].add(each);
    if (const OutputJudgement* output = worst_output(each))
      worst[each.variant] = std::max(worst[each.variant], output->worst_share);
  }
  const std::string first = variant_names(result).empty() ? "" : variant_names(result).front();
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
    rows += worst.contains(name) ? number_cell(three_digits(worst[name]), worst[name])
                                 : "<td class=\"none\" data-key=\"-1\"></td>";
    if (!result.speed.empty()) rows += speed_cell(ranking.mean_speedup(first, name));
    rows += "</tr>\n";
  }
  std::vector<Column> columns = {{"variant"},      {"share of its calls"},
                                 {"right", true},  {"imprecise", true},
                                 {"wrong", true},  {"unsupported", true},
                                 {"broken", true}, {"worst share of the budget", true}};
  if (!result.speed.empty()) columns.push_back({"times as fast as the first", true});
  return section("scoreboard", "Scoreboard",
                 table(columns, rows, "", "Verdicts, accuracy and speed by variant"));
}

namespace {

/// The calls of an op in a class as a small label: "✓ f32", "✗ bf16 2 of 30".
std::string class_label(const std::string& number_class, const Counts& counts) {
  Verdict worst = Verdict::right;
  for (const Verdict each :
       {Verdict::unsupported, Verdict::imprecise, Verdict::wrong, Verdict::broken})
    if (counts[each] != 0) worst = each;
  const bool all_shared = counts.portable == counts.total();
  const std::string number = counts[worst] == counts.total() && !is_failure(worst)
                                 ? ""
                                 : fmt::format(" {} of {}", counts[worst], counts.total());
  return fmt::format("<span class=\"label {}{}\" title=\"{} {}: {}{}\">{} {}{}</span> ",
                     name_of(worst), all_shared ? " shared" : "", counts.total(),
                     line(number_class), counts_text(counts), all_shared ? "; shared text" : "",
                     verdict_sign(worst), line(number_class), number);
}

}  // namespace

std::string support_section(const RunResult& result) {
  const Table counts = by_op_and_class(result);
  if (counts.rows.empty()) return "";
  const std::vector<std::string> variants = variant_names(result);
  std::map<std::string, std::string> cells;  // of the op at hand, by variant
  std::string rows, op;
  const auto finish_row = [&] {
    if (op.empty()) return;
    rows += "<tr><th scope=\"row\">" + line(op) + "</th>";
    for (const std::string& variant : variants)
      rows += cells[variant].empty() ? "<td class=\"none\">not run</td>"
                                     : "<td class=\"labels\">" + cells[variant] + "</td>";
    rows += "</tr>\n";
    cells.clear();
  };
  for (const std::string& row : counts.rows) {
    const std::size_t gap = row.rfind(' ');
    if (row.substr(0, gap) != op) finish_row();
    op = row.substr(0, gap);
    for (const auto& [variant, count] : counts.cells.at(row))
      cells[variant] += class_label(row.substr(gap + 1), count);
  }
  finish_row();
  const std::string remark =
      "<p class=\"remark\">Each op in each number class: \u2713 all right, \u2248 imprecise, "
      "\u2717 wrong, ! broken, \u2013 unsupported, with how many where it is not all. "
      "<span class=\"label right shared\">\u2713 dashed</span> is the portable text that variants "
      "have in common, so there it says nothing about the variant.</p>\n";
  return section("support", "Support",
                 remark + table_of_variants({{"op"}}, variants, rows, "ops",
                                            "What each variant supports, by op and class"));
}

std::string suites_section(const RunResult& result) {
  const Table counts = by_suite(result);
  if (counts.rows.empty()) return "";
  const std::vector<std::string> variants = variant_names(result);
  std::string rows;
  for (const std::string& row : counts.rows)
    rows += "<tr><th scope=\"row\">" + line(row) + "</th>" + cells(counts.cells.at(row), variants) +
            "</tr>\n";
  return section("suites", "Suites",
                 table_of_variants({{"suite"}}, variants, rows, "", "Verdicts by suite"));
}

}  // namespace assay::reports
