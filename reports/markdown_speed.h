// SPDX-License-Identifier: Apache-2.0
// The part of the Markdown report that is about speed: every shape, and every op.
#pragma once

#include <string>

#include "reports/results.h"

namespace assay::reports {

/// Empty where nothing was timed.
std::string markdown_speed(const RunResult& result);

}  // namespace assay::reports
