// SPDX-License-Identifier: Apache-2.0
// How accurate and how fast: tables, places for the plots, and the plots' data.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "reports/escape.h"
#include "reports/figures.h"
#include "reports/html_parts.h"
#include "reports/html_sections.h"
#include "reports/statistics.h"
#include "reports/summary.h"

namespace assay::reports {
namespace {

std::string plot(std::string_view id, std::string_view caption) {
  return fmt::format(
      "<figure id=\"{}\" class=\"plot\" hidden><div class=\"canvas\"></div>"
      "<figcaption>{}</figcaption></figure>\n",
      id, caption);
}

/// The share of its budget that the worst output of a call used; nothing if nothing was judged.
std::optional<double> share_of(const CaseResult& result) {
  const OutputJudgement* worst = worst_output(result);
  if (worst == nullptr) return std::nullopt;
  return worst->worst_share;
}

std::string accuracy_cell(std::vector<double> shares) {
  if (shares.empty()) return "<td class=\"number none\" data-key=\"-1\">-</td>";
  const double worst = *std::max_element(shares.begin(), shares.end());
  const bool beyond = !(worst <= 1);
  return number_cell(fmt::format("<span{}>{}</span> <span class=\"second\">{}</span>",
                                 beyond ? " class=\"text-wrong\"" : "", three_digits(worst),
                                 three_digits(median(shares))),
                     worst);
}

}  // namespace

std::string accuracy_section(const RunResult& result) {
  std::map<std::string, std::map<std::string, std::vector<double>>> shares;  // row, variant
  for (const CaseResult& each : result.cases)
    if (const auto share = share_of(each))
      shares[each.op + " " + each.number_class][each.variant].push_back(*share);
  if (shares.empty()) return "";
  const std::vector<std::string> variants = variant_names(result);
  std::string rows, previous;
  for (const std::string& row : by_op_and_class(result).rows) {
    if (!shares.contains(row)) continue;
    const std::size_t gap = row.rfind(' ');
    const std::string op = row.substr(0, gap);
    rows +=
        fmt::format("<tr><th scope=\"row\"{}>{}</th><td>{}</td>",
                    op == previous ? " class=\"again\"" : "", line(op), line(row.substr(gap + 1)));
    previous = op;
    for (const std::string& variant : variants) rows += accuracy_cell(shares[row][variant]);
    rows += "</tr>\n";
  }
  const std::string remark =
      "<p class=\"remark\">How much of its budget the worst element of a call uses: 1 is what a "
      "correct implementation of the class may miss by. Small is more accurate; all below 1 is "
      "right. In the table the worst call of each op and class, and beside it the "
      "median.</p>\n";
  std::vector<std::string> headings;
  for (const std::string& variant : variants)
    headings.push_back(line(variant) + " <span class=\"second\">median</span>");
  std::vector<Column> columns = {{"op"}, {"class"}};
  for (const std::string& heading : headings) columns.push_back({heading, true});
  return section("accuracy", "Accuracy",
                 remark +
                     plot("accuracy-plot",
                          "Every dot is a call, every bar the middle half of a variant's calls. "
                          "The line at 1 is the budget. In a 16-bit class rounding the output "
                          "once takes nearly all of it.") +
                     table(columns, rows));
}

std::string speed_section(const RunResult& result) {
  if (result.speed.empty()) return "";
  std::string rows, warnings, previous;
  for (const SpeedResult& each : result.speed) {
    const std::string shape = each.op + " " + each.shape_id + " " + each.number_class;
    rows += fmt::format(
        "<tr><th scope=\"row\"{0}>{1}</th><td "
        "class=\"nowrap\"><span{0}>{2}</span></td><td>{3}</td><td>{4}"
        "<span class=\"about\">{5}</span></td>",
        shape == previous ? " class=\"again\"" : "", line(each.op), line(each.shape_id),
        line(each.number_class), line(each.variant), line(each.kernel));
    previous = shape;
    rows += number_cell(std::to_string(each.threads), each.threads);
    const Interval& time = each.seconds_per_call;
    rows += number_cell(fmt::format("{}<span class=\"about\">{} to {}</span>",
                                    duration(time.middle), duration(time.low), duration(time.high)),
                        time.middle);
    rows += number_cell(three_digits(each.gflops), each.gflops);
    rows += number_cell(three_digits(each.gbytes_per_second), each.gbytes_per_second);
    rows += number_cell((each.warning.empty() ? "" : "<span class=\"text-wrong\">!</span> ") +
                            percent(each.share_of_limit) + share_bar(each.share_of_limit),
                        each.share_of_limit);
    const auto& ratio = each.speedup_over_plain;
    rows += ratio ? number_cell(fmt::format("{}<span class=\"about\">{} to {}</span>",
                                            three_digits(ratio->middle), three_digits(ratio->low),
                                            three_digits(ratio->high)),
                                ratio->middle)
                  : number_cell("", -1);
    rows += each.prepare_seconds
                ? number_cell(duration(*each.prepare_seconds), *each.prepare_seconds)
                : number_cell("", -1);
    rows += "</tr>\n";
    if (!each.warning.empty())
      warnings += fmt::format("<li>{}, {} {}: {}</li>\n", line(each.variant), line(each.op),
                              line(each.shape_id), line(each.warning));
  }
  std::string body =
      "<p class=\"remark\">Timed only where the very output was checked. The limit is the roofline "
      "of the shape: what this machine reached in the same run in arithmetic or in reading memory, "
      "whichever is slower. Intervals are 95 %.</p>\n";
  if (!warnings.empty()) body += "<ul class=\"warnings\">" + warnings + "</ul>\n";
  body += plot("limit-plot",
               "Share of the machine's limit that each variant reaches; rings are several "
               "threads, held against the limit of so many.");
  body += plot("roofline-plot",
               "Roofline: arithmetic per byte against arithmetic per second. The slope is "
               "memory, the dashed slope the fastest cache, the roof arithmetic. Rings are several "
               "threads.");
  const std::vector<Column> columns = {{"op"},
                                       {"shape"},
                                       {"class"},
                                       {"variant"},
                                       {"threads", true},
                                       {"per call", true},
                                       {"GFLOP/s", true},
                                       {"GB/s", true},
                                       {"of the limit", true},
                                       {"over plain", true},
                                       {"prepare", true}};
  return section("speed", "Speed", body + table(columns, rows, "timings"));
}

std::string plot_data(const RunResult& result) {
  using Json = nlohmann::ordered_json;
  const auto number = [](double value) { return std::isfinite(value) ? Json(value) : Json(); };
  Json data = {{"variants", variant_names(result)}};
  Json& accuracy = data["accuracy"] = Json::array();
  for (const CaseResult& each : result.cases)
    if (const auto share = share_of(each))
      accuracy.push_back({each.variant, each.op, each.number_class, each.case_id,
                          std::isnan(*share) ? Json() : number(*share), name_of(each.verdict)});
  Json& speed = data["speed"] = Json::array();
  for (const SpeedResult& each : result.speed)
    speed.push_back({{"variant", each.variant},
                     {"op", each.op},
                     {"shape", each.shape_id},
                     {"class", each.number_class},
                     {"threads", each.threads},
                     {"share", number(each.share_of_limit)},
                     {"low", number(each.limit_seconds / each.seconds_per_call.high)},
                     {"high", number(each.limit_seconds / each.seconds_per_call.low)},
                     {"intensity", number(each.flops / each.bytes)},
                     {"gflops", number(each.gflops)}});
  Json& limits = data["limits"] = Json::array();
  for (const MachineLimit& each : result.limits)
    limits.push_back({{"name", each.name},
                      {"threads", each.threads},
                      {"value", number(each.value)},
                      {"unit", each.unit}});
  return script_safe(data.dump(-1, ' ', false, Json::error_handler_t::replace));
}

}  // namespace assay::reports
