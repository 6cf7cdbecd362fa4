// SPDX-License-Identifier: Apache-2.0
#include "reports/audit_plot.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "reports/audit_summary.h"
#include "reports/svg.h"

namespace assay::reports {
namespace {

constexpr double width = 720, height = 360, left = 60, right = 150, top = 20, bottom = 50;
constexpr double lowest = 0.7;       // of the caught ones; what is below stands on the edge
constexpr double label_height = 14;  // of a line of text
constexpr double label_width = 150;  // of the longest name

double share_of(std::int64_t part, std::int64_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

/// Rejected runs on a scale that has 0 and still tells 0.1 % from 1 %.
double x_of(double rejected) {
  const double place = std::log1p(1000 * rejected) / std::log1p(1000.0);
  return left + (width - left - right) * place;
}

double y_of(double caught) {
  const double place = (std::max(caught, lowest) - lowest) / (1 - lowest);
  return height - bottom - (height - top - bottom) * place;
}

struct Point {
  double x, y, label_y;
  std::string name;
};

/// Labels that would stand on one another move down.
void spread_labels(std::vector<Point>& points) {
  std::ranges::sort(points, {}, &Point::y);
  for (std::size_t i = 0; i < points.size(); ++i) {
    for (std::size_t above = 0; above < i; ++above) {
      const bool beside = std::fabs(points[above].x - points[i].x) < label_width;
      const double free = points[above].label_y + label_height;
      if (beside && points[i].label_y < free) points[i].label_y = free;
    }
  }
}

std::string axes() {
  std::string out;
  for (const double caught : {0.7, 0.8, 0.9, 1.0}) {
    out += svg::rule(left, y_of(caught), width - right, y_of(caught));
    out += svg::text(left - 8, y_of(caught) + 4, "end", fmt::format("{:.0f} %", 100 * caught));
  }
  for (const double rejected : {0.0, 0.001, 0.01, 0.1, 1.0}) {
    out += svg::rule(x_of(rejected), top, x_of(rejected), height - bottom);
    out += svg::text(x_of(rejected), height - bottom + 18, "middle",
                     fmt::format("{:g} %", 100 * rejected));
  }
  return out + svg::text((left + width - right) / 2, height - 10, "middle",
                         "right runs rejected; upwards: mistaken outputs caught");
}

}  // namespace

std::string rules_plot(const Audit& audit) {
  std::vector<Point> points;
  for (const RuleFinding& each : rules_in(audit, "all")) {
    const double x = x_of(share_of(each.right_runs_rejected, each.right_runs));
    const double y = y_of(share_of(each.mistaken_runs_caught, each.mistaken_runs));
    points.push_back({x, y, y, each.rule});
  }
  if (points.empty()) return "";
  spread_labels(points);
  std::string out = axes();
  for (const Point& each : points) {
    const bool own = each.name == "Assay";
    out += svg::dot(each.x, each.y, own ? 6 : 4, own ? "#c79a00" : "#4477aa");
    out += svg::text(each.x + 10, each.label_y + 4, "start", each.name);
  }
  return svg::document(width, height, "Rules: mistaken outputs caught against right runs rejected",
                       out);
}

}  // namespace assay::reports
