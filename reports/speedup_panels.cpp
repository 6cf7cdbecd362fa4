// SPDX-License-Identifier: Apache-2.0
// What each variant brings: times as fast as plain, shape by shape, on one logarithmic axis.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "reports/escape.h"
#include "reports/figures.h"
#include "reports/speed_panels.h"
#include "reports/svg.h"

namespace assay::reports {
namespace {

constexpr double left = 190, right = 210, top = 46, row_height = 16, between = 12;

std::string series_of(const SpeedResult& each) {
  return one_line(each.variant) +
         (each.threads == 1 ? "" : fmt::format(", {} threads", each.threads));
}

/// From 1 (or what is slower than plain) to the fastest of all.
struct Axis {
  double low = 1, high = 2;
  [[nodiscard]] double at(double ratio) const {
    const double width = panel_width - left - right;
    return left + width * std::log(ratio / low) / std::log(high / low);
  }
};

std::string grid(const Axis& axis, double height) {
  std::string out =
      svg::text(left, 16, "start", "times as fast as plain with one thread (line: 95 % interval)");
  for (double decade = 0.01; decade < axis.high; decade *= 10) {
    for (const double step : {1.0, 2.0, 5.0}) {
      const double tick = step * decade;
      if (tick < axis.low || tick > axis.high) continue;
      out += svg::rule(axis.at(tick), top - 10, axis.at(tick), height);
      out += svg::text(axis.at(tick), top - 14, "middle", three_digits(tick));
    }
  }
  return out;
}

}  // namespace

std::vector<Panel> speedup_panels(const RunResult& result, const Ranking& ranking,
                                  const std::vector<const SpeedResult*>& left_out) {
  std::vector<const SpeedResult*> shown;
  std::vector<std::string> series;
  Axis axis;
  for (const SpeedResult& each : result.speed) {
    const bool counts = each.speedup_over_plain && each.speedup_over_plain->low > 0 &&
                        ranking.objection(each).empty() &&
                        std::ranges::find(left_out, &each) == left_out.end();
    if (!counts) continue;
    shown.push_back(&each);
    axis.low = std::min(axis.low, each.speedup_over_plain->low);
    axis.high = std::max(axis.high, each.speedup_over_plain->high);
    const std::string name = series_of(each);
    if (std::ranges::find(series, name) == series.end()) series.push_back(name);
  }
  if (shown.empty()) return {};
  std::string rows, shape;
  double y = top;
  for (const SpeedResult* each : shown) {
    const std::string its = one_line(each->op + " " + each->shape_id + " " + each->number_class);
    if (its != shape) {
      y += shape.empty() ? 0 : between;
      rows += svg::text(8, y + row_height - 4, "start", its);
      y += row_height;
      shape = its;
    }
    const auto place =
        static_cast<std::size_t>(std::ranges::find(series, series_of(*each)) - series.begin());
    const Interval& ratio = *each->speedup_over_plain;
    const std::string colour = svg::colour(place);
    const double middle = y + row_height / 2;
    rows += svg::text(left - 10, middle + 4, "end", series_of(*each), colour);
    rows += svg::line(axis.at(ratio.low), middle, axis.at(ratio.high), middle, colour);
    rows += svg::dot(axis.at(ratio.middle), middle, 4, colour);
    rows += svg::text(panel_width - right + 14, middle + 4, "start", with_interval(ratio), colour);
    y += row_height;
  }
  return {{grid(axis, y) + rows, y + between}};
}

}  // namespace assay::reports
