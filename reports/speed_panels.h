// SPDX-License-Identifier: Apache-2.0
// The panels of speed_plot.cpp.
#pragma once

#include <string>
#include <vector>

#include "reports/curves.h"
#include "reports/ranking.h"

namespace assay::reports {

inline constexpr double panel_width = 800;

struct Panel {
  std::string body;  // elements from y = 0 on
  double height = 0;
};

/// Curves of at least four points, one panel for those of the same op, axis and fixed extents: each
/// variant's points with the exponent that they fit, and that of the last two, in words. `shown`
/// writes a value: a duration, an amount of memory; `what` names it: "time per call".
std::vector<Panel> growth_panels(const std::vector<Curve>& curves, const std::string& what,
                                 std::string (*shown)(double));

/// Times as fast as plain, with intervals: a row for each variant and number of threads under each
/// shape. Shapes for which `left_out` holds are in other panels. Empty where plain was not timed.
std::vector<Panel> speedup_panels(const RunResult& result, const Ranking& ranking,
                                  const std::vector<const SpeedResult*>& left_out);

}  // namespace assay::reports
