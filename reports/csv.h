// SPDX-License-Identifier: Apache-2.0
// speed.csv: one line per timed shape and variant, all figures in SI units with full digits.
#pragma once

#include <string>

#include "reports/results.h"

namespace assay::reports {

std::string to_speed_csv(const RunResult& result);

}  // namespace assay::reports
