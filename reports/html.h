// SPDX-License-Identifier: Apache-2.0
// index.html: one file that explains a run. Every table stands in the HTML itself; the script,
// inlined with D3, adds plots, sorting and filters. Nothing is fetched.
#pragma once

#include <string>

#include "reports/audit.h"
#include "reports/results.h"

namespace assay::reports {

/// With an audit, the page also says what the suite itself is worth; without any case, nothing
/// else.
std::string to_html(const RunResult& result, const Audit* audit);
std::string to_html(const RunResult& result);

}  // namespace assay::reports
