// SPDX-License-Identifier: Apache-2.0
// How fast: every timing, and how it stands to what the machine itself can do.
#include <fmt/format.h>

#include "reports/figures.h"
#include "reports/html_parts.h"
#include "reports/html_sections.h"
#include "reports/ranking.h"
#include "reports/roofline.h"

namespace assay::reports {
namespace {

std::string ratio_cell(const std::optional<Interval>& ratio) {
  if (!ratio) return "<td class=\"none\" data-key=\"-1\"></td>";
  return number_cell(
      fmt::format("{}<span class=\"about\">{} to {}</span>", three_digits(ratio->middle),
                  three_digits(ratio->low), three_digits(ratio->high)),
      ratio->middle);
}

std::string row_of(const SpeedResult& each, bool again, const std::string& objection) {
  std::string row = fmt::format(
      "<tr{6}><th scope=\"row\"{0}>{1}</th><td "
      "class=\"nowrap\"><span{0}>{2}</span>{7}</td><td>{3}</td>"
      "<td>{4}<span class=\"about\">{5}</span></td>",
      again ? " class=\"again\"" : "", line(each.op), line(each.shape_id), line(each.number_class),
      line(each.variant), line(each.kernel), objection.empty() ? "" : " class=\"unranked\"",
      each.workload.empty() || again ? ""
                                     : "<span class=\"about\">" + line(each.workload) + "</span>");
  row += number_cell(std::to_string(each.threads), each.threads);
  const Interval& time = each.seconds_per_call;
  row += number_cell(fmt::format("{}<span class=\"about\">{} to {}</span>", duration(time.middle),
                                 duration(time.low), duration(time.high)),
                     time.middle);
  row += number_cell(three_digits(each.gflops), each.gflops);
  row += number_cell(three_digits(each.gbytes_per_second), each.gbytes_per_second);
  row += number_cell((each.warning.empty() ? "" : "<span class=\"text-wrong\">!</span> ") +
                         percent(each.share_of_limit) + share_bar(each.share_of_limit),
                     each.share_of_limit);
  if (objection.empty())
    row += ratio_cell(each.speedup_over_plain);
  else
    row += "<td class=\"sentence\" data-key=\"-1\">! not ranked: " + line(objection) + "</td>";
  row += each.prepare_seconds ? number_cell(duration(*each.prepare_seconds), *each.prepare_seconds)
                              : "<td class=\"none\" data-key=\"-1\"></td>";
  row += each.cold_seconds ? number_cell(duration(*each.cold_seconds), *each.cold_seconds)
                           : "<td class=\"none\" data-key=\"-1\"></td>";
  return row + "</tr>\n";
}

/// "simd reaches 75 % of this machine's limit at best (linear 1x768x3072)"
std::string best_of_limit(const RunResult& result, const Ranking& ranking) {
  const SpeedResult* best = nullptr;
  for (const SpeedResult& each : result.speed)
    if (ranking.objection(each).empty() && each.warning.empty() &&
        (best == nullptr || each.share_of_limit > best->share_of_limit))
      best = &each;
  if (best == nullptr) return "Share of the machine's limit";
  return fmt::format("Closest to the limit: {} with {} of it at {} {}", line(best->variant),
                     percent(best->share_of_limit), line(best->op), line(best->shape_id));
}

}  // namespace

std::string speed_section(const RunResult& result, const Ranking& ranking) {
  if (result.speed.empty()) return "";
  std::string rows, warnings, previous;
  for (const SpeedResult& each : result.speed) {
    const std::string shape = each.op + " " + each.shape_id + " " + each.number_class;
    rows += row_of(each, shape == previous, ranking.objection(each));
    previous = shape;
    if (!each.warning.empty())
      warnings += fmt::format("<li>{}, {} {}: {}</li>\n", line(each.variant), line(each.op),
                              line(each.shape_id), line(each.warning));
  }
  std::string body =
      "<p class=\"remark\">Timed only where the very output was checked. The limit is the roofline "
      "of the shape: what this machine reached in the same run in arithmetic or in reading memory, "
      "whichever is slower. Intervals are 95 %.</p>\n";
  if (!warnings.empty()) body += "<ul class=\"warnings\">" + warnings + "</ul>\n";
  body += plot("limit-plot", best_of_limit(result, ranking),
               "Share of the machine's limit (per cent) that each variant reaches, with its "
               "interval. Hollow signs are several threads, held against the limit of so many.");
  body += plot("roofline-plot", roofline_title(result),
               "Roofline: arithmetic per byte (flop/byte) against arithmetic per second (GFLOP/s). "
               "Under the slope memory is the limit, dashed where the data fit the fastest cache, "
               "under the roof arithmetic. Hollow signs are several threads.");
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
                                       {"prepare", true},
                                       {"cold", true}};
  return section("speed", "Speed", body + table(columns, rows, "timings", "Every timing"));
}

}  // namespace assay::reports
