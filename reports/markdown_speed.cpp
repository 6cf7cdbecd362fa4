// SPDX-License-Identifier: Apache-2.0
#include "reports/markdown_speed.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "reports/escape.h"
#include "reports/figures.h"
#include "reports/ranking.h"
#include "reports/summary.h"

namespace assay::reports {
namespace {

/// What one variant takes for a call: "1.42 ms, x 26, 67 %", the middle part over the first
/// variant; "(!)" where there is a warning.
std::string speed_cell(const TimedCall& call, const std::string& variant,
                       const std::string& first) {
  const auto found = call.best.find(variant);
  if (found == call.best.end()) return "";
  const SpeedResult& timing = *found->second;
  std::string text = duration(timing.seconds_per_call.middle);
  if (const auto base = call.best.find(first); base != call.best.end() && variant != first)
    text += ", x " +
            three_digits(base->second->seconds_per_call.middle / timing.seconds_per_call.middle);
  return text + ", " + percent(timing.share_of_limit) + (timing.warning.empty() ? "" : " (!)");
}

/// A row for every op and class: the geometric mean of its shapes, with its interval.
std::string by_op(const RunResult& result, const Ranking& ranking,
                  const std::vector<std::string>& variants) {
  if (variants.size() < 2) return "";
  const std::string& first = variants.front();
  std::string out = fmt::format(
      "### Times as fast as {}, by op\n\nGeometric mean over the shapes of an op that both were "
      "timed at, each with as many threads as are fastest; in brackets the 95 % interval.\n\n"
      "| op | class |",
      markdown_code(first));
  for (const std::string& variant : variants)
    if (variant != first) out += fmt::format(" {} |", markdown_code(variant));
  out += "\n|---|---|";
  for (std::size_t i = 1; i < variants.size(); ++i) out += "--:|";
  out += "\n";
  std::set<std::pair<std::string, std::string>> seen;
  for (const SpeedResult& each : result.speed) {
    if (!seen.emplace(each.op, each.number_class).second) continue;
    out += fmt::format("| {} | {} |", markdown_code(each.op), markdown_code(each.number_class));
    for (const std::string& variant : variants) {
      if (variant == first) continue;
      const MeanSpeedup mean = ranking.mean_speedup(first, variant, each.op, each.number_class);
      out += mean.shapes == 0 ? " |"
                              : fmt::format(" {}, {} |", with_interval(mean.ratio),
                                            counted(mean.shapes, "shape"));
    }
    out += "\n";
  }
  return out + "\n";
}

}  // namespace

std::string markdown_speed(const RunResult& result) {
  constexpr std::size_t most_rows = 80;  // a comment on a pull request holds 65,536 characters
  if (result.speed.empty()) return "";
  const Ranking ranking(result);
  const std::vector<std::string> variants = variant_names(result);
  const std::string& first = variants.front();
  std::string out =
      "## Speed\n\nPer call, times as fast as the first variant, and share of what this machine "
      "reached in the same run; with as many threads as are fastest. Only outputs that were "
      "checked "
      "at the very shape, of variants that get the op right.\n\n| op | shape | class |";
  for (const std::string& variant : variants) out += fmt::format(" {} |", markdown_code(variant));
  out += "\n|---|---|---|";
  for (std::size_t i = 0; i < variants.size(); ++i) out += "--:|";
  out += "\n| geometric mean | | |";
  for (const std::string& variant : variants) {
    const MeanSpeedup mean = ranking.mean_speedup(first, variant);
    out += mean.shapes == 0
               ? " not ranked |"
               : fmt::format(" x {}{} |", with_interval(mean.ratio),
                             mean.left_out == 0 ? "" : fmt::format(", {} left out", mean.left_out));
  }
  out += "\n";
  for (std::size_t i = 0; i < std::min(ranking.calls().size(), most_rows); ++i) {
    const TimedCall& call = ranking.calls()[i];
    out += fmt::format("| {} | {} | {} |", markdown_code(call.op), markdown_code(call.shape_id),
                       markdown_code(call.number_class));
    for (const std::string& variant : variants)
      out += fmt::format(" {} |", speed_cell(call, variant, first));
    out += "\n";
  }
  out += "\n";
  if (ranking.calls().size() > most_rows)
    out += fmt::format("{} more shapes: see index.html or speed.csv.\n\n",
                       ranking.calls().size() - most_rows);
  out += by_op(result, ranking, variants);
  std::set<std::string> remarks;
  for (const SpeedResult& each : result.speed) {
    const std::string why = ranking.objection(each);
    if (!why.empty())
      remarks.insert(fmt::format("- {} in {}: not ranked: {}\n", markdown_code(each.variant),
                                 markdown_code(each.op), markdown_code(why)));
    if (!each.warning.empty())
      remarks.insert(fmt::format("- (!) {} {} {}: {}\n", markdown_code(each.variant),
                                 markdown_code(each.op), markdown_code(each.shape_id),
                                 markdown_code(each.warning)));
  }
  std::size_t shown = 0;
  for (const std::string& remark : remarks)
    if (++shown <= most_rows) out += remark;
  return out + "\n";
}

}  // namespace assay::reports
