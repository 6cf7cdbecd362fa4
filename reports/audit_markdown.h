// SPDX-License-Identifier: Apache-2.0
// An audit as Markdown: the sentence, the rules side by side, what escaped and who was accused, the
// right implementations and the detection floors.
#pragma once

#include <string>

#include "reports/audit.h"

namespace assay::reports {

std::string to_markdown(const Audit& audit);

}  // namespace assay::reports
