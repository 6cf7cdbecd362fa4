// SPDX-License-Identifier: Apache-2.0
// Timings as a picture for a page of documentation: how time and memory grow where something grows,
// and how many times as fast as plain each variant is. The page of the report draws more
// (html_ranking.cpp); this is a file that stands alone.
#pragma once

#include <string>

#include "reports/results.h"

namespace assay::reports {

/// An SVG document: a panel for each extent in which at least four shapes of an op differ alone,
/// and one for the speed-ups of the other shapes. Says so where there is neither.
std::string to_speed_svg(const RunResult& result);

}  // namespace assay::reports
