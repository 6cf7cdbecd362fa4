// SPDX-License-Identifier: Apache-2.0
// Numbers as people read them. What these functions round off stays in results.json.
#pragma once

#include <string>

#include "reports/results.h"

namespace assay::reports {

/// Three significant digits: "0.417", "12.3", "4,810", "1.2e-07", "inf".
std::string three_digits(double value);
/// "412 ns", "3.1 ms", "2.05 s".
std::string duration(double seconds);
/// "87 %", "0.4 %".
std::string percent(double share);
/// "2.31 (2.20 to 2.44)"
std::string with_interval(const Interval& interval);
/// "1 case", "2 cases"; the plural is the singular with an s.
std::string counted(std::size_t count, const std::string& singular);

}  // namespace assay::reports
