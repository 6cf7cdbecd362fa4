// SPDX-License-Identifier: Apache-2.0
#include "reports/speed_plot.h"

#include <fmt/format.h>

#include <algorithm>

#include "reports/figures.h"
#include "reports/speed_panels.h"
#include "reports/svg.h"

namespace assay::reports {
namespace {

std::string amount(double bytes) {
  return bytes < 1e6 ? three_digits(bytes / 1e3) + " kB" : three_digits(bytes / 1e6) + " MB";
}

/// Timings that are points of a curve of at least four: their op has a panel of its own.
std::vector<const SpeedResult*> on_curves(const RunResult& result,
                                          const std::vector<Curve>& curves) {
  std::vector<const SpeedResult*> found;
  for (const SpeedResult& each : result.speed) {
    const bool grows = std::ranges::any_of(curves, [&](const Curve& curve) {
      return curve.points.size() >= 4 && curve.op == each.op &&
             curve.number_class == each.number_class;
    });
    if (grows) found.push_back(&each);
  }
  return found;
}

}  // namespace

std::string to_speed_svg(const RunResult& result) {
  const Ranking ranking(result);
  const std::vector<Curve> growth = growth_curves(result, ranking);
  std::vector<Panel> panels = growth_panels(growth, "time per call", duration);
  const auto add = [&](std::vector<Panel> more) {
    panels.insert(panels.end(), more.begin(), more.end());
  };
  add(growth_panels(memory_curves(result, ranking), "memory of a call", amount));
  add(speedup_panels(result, ranking, on_curves(result, growth)));
  if (panels.empty())
    panels.push_back(
        {svg::text(8, 20, "start", "nothing grows in these timings, and plain is not among them"),
         30});
  std::string body;
  double height = 0;
  for (const Panel& panel : panels) {
    body += svg::lowered(height, panel.body);
    height += panel.height;
  }
  return svg::document(panel_width, height, "Timings: growth and speed-up over plain", body);
}

}  // namespace assay::reports
