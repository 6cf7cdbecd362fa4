// SPDX-License-Identifier: Apache-2.0
// An audit in lines for the terminal.
#pragma once

#include <string>
#include <vector>

#include "reports/audit.h"

namespace assay::suites {

/// What escaped, who was accused wrongly, what earns nothing, and the rules side by side.
std::vector<std::string> audit_lines(const reports::Audit& audit);

}  // namespace assay::suites
