// SPDX-License-Identifier: Apache-2.0
// How something grows: a line per variant between logarithmic axes.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "reports/escape.h"
#include "reports/figures.h"
#include "reports/speed_panels.h"
#include "reports/svg.h"

namespace assay::reports {
namespace {

constexpr double left = 70, right = 340, top = 46, plot_height = 220, below = 50;
constexpr double label_height = 16;
constexpr std::size_t fewest_points = 4;

/// A logarithmic axis from the smallest to the largest value.
struct Scale {
  double low = std::numeric_limits<double>::infinity(), high = 0;
  double from, to;  // in the picture

  void take(double value) {
    low = std::min(low, value);
    high = std::max(high, value);
  }
  /// What hardly changes shall look so.
  void span_a_decade() {
    const double missing = std::sqrt(std::max(1.0, 10 * low / high));
    low /= missing;
    high *= missing;
  }
  [[nodiscard]] double at(double value) const {
    if (high <= low) return (from + to) / 2;
    return from + (to - from) * std::log(value / low) / std::log(high / low);
  }
};

bool same_family(const Curve& a, const Curve& b) {
  return a.op == b.op && a.axis == b.axis && a.fixed == b.fixed && a.number_class == b.number_class;
}

/// "kv_len = seq_len" is one of them.
std::string extent_of(const std::string& axis) { return axis.substr(0, axis.find(' ')); }

/// Of the last two points alone: what the largest sizes tend to.
double last_exponent(const std::vector<CurvePoint>& points) {
  const CurvePoint &last = points.back(), &before = points[points.size() - 2];
  return std::log(last.value.middle / before.value.middle) / std::log(last.at / before.at);
}

/// Ticks at powers of ten of seconds or bytes within the scale, and at its ends.
std::vector<double> ticks_of(const Scale& scale) {
  std::vector<double> ticks = {scale.low};
  for (double tick = std::pow(10, std::ceil(std::log10(scale.low))); tick < scale.high; tick *= 10)
    if (tick > 1.5 * scale.low && tick < scale.high / 1.5) ticks.push_back(tick);
  if (scale.high > scale.low) ticks.push_back(scale.high);
  return ticks;
}

std::string frame(const std::vector<Curve>& family, const std::string& what, const Scale& x,
                  const Scale& y, std::string (*shown)(double)) {
  const Curve& first = family.front();
  std::string out =
      svg::text(8, 14, "start",
                fmt::format("{}, {}: {} against {}", one_line(first.op),
                            one_line(first.number_class), what, one_line(first.axis)));
  out += svg::text(8, 32, "start", one_line(first.fixed));
  for (const double tick : ticks_of(y)) {
    out += svg::rule(x.from, y.at(tick), x.to, y.at(tick));
    out += svg::text(x.from - 6, y.at(tick) + 4, "end", shown(tick));
  }
  const Curve& longest =
      *std::ranges::max_element(family, {}, [](const Curve& each) { return each.points.size(); });
  for (const CurvePoint& point : longest.points) {
    out += svg::rule(x.at(point.at), y.from, x.at(point.at), y.to);
    out += svg::text(x.at(point.at), y.from + 18, "middle", fmt::format("{:.0f}", point.at));
  }
  return out;
}

/// `variants` in the order of their colours.
Panel panel_of(const std::vector<Curve>& family, const std::vector<std::string>& variants,
               const std::string& what, std::string (*shown)(double)) {
  Scale x{.from = left, .to = panel_width - right};
  Scale y{.from = top + plot_height, .to = top};
  for (const Curve& curve : family) {
    for (const CurvePoint& point : curve.points) {
      x.take(point.at);
      y.take(point.value.middle);
    }
  }
  y.span_a_decade();
  Panel panel{frame(family, what, x, y, shown), top + plot_height + below};
  for (std::size_t i = 0; i < family.size(); ++i) {
    const Curve& curve = family[i];
    const std::string colour = svg::colour(
        static_cast<std::size_t>(std::ranges::find(variants, curve.variant) - variants.begin()));
    for (std::size_t p = 0; p < curve.points.size(); ++p) {
      const CurvePoint& point = curve.points[p];
      panel.body += svg::dot(x.at(point.at), y.at(point.value.middle), 3, colour);
      if (p == 0) continue;
      const CurvePoint& before = curve.points[p - 1];
      panel.body += svg::line(x.at(before.at), y.at(before.value.middle), x.at(point.at),
                              y.at(point.value.middle), colour);
    }
    const Interval& exponent = curve.exponent;
    panel.body += svg::text(
        x.to + 14, top + 10 + label_height * static_cast<double>(i), "start",
        fmt::format("{}: {}^{:.2f} ({:.2f} to {:.2f}), at the end {:.2f}", one_line(curve.variant),
                    one_line(extent_of(curve.axis)), exponent.middle, exponent.low, exponent.high,
                    last_exponent(curve.points)),
        colour);
  }
  panel.height = std::max(panel.height, top + label_height * static_cast<double>(family.size()));
  return panel;
}

}  // namespace

std::vector<Panel> growth_panels(const std::vector<Curve>& curves, const std::string& what,
                                 std::string (*shown)(double)) {
  std::vector<std::vector<Curve>> families;
  std::vector<std::string> variants;
  for (const Curve& curve : curves) {
    if (std::ranges::find(variants, curve.variant) == variants.end())
      variants.push_back(curve.variant);
    if (curve.points.size() < fewest_points) continue;
    const auto found = std::ranges::find_if(families, [&](const std::vector<Curve>& family) {
      return same_family(family.front(), curve);
    });
    if (found == families.end()) {
      families.push_back({curve});
    } else {
      found->push_back(curve);
    }
  }
  std::vector<Panel> panels;
  for (const std::vector<Curve>& family : families)
    panels.push_back(panel_of(family, variants, what, shown));
  return panels;
}

}  // namespace assay::reports
