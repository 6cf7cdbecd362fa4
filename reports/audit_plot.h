// SPDX-License-Identifier: Apache-2.0
// The rules of an audit as a picture: how many mistaken outputs each catches against how many right
// runs it rejects.
#pragma once

#include <string>

#include "reports/audit.h"

namespace assay::reports {

/// An SVG element without script or style, over all classes; empty where no rule was asked. Up is
/// sharper, left is fairer.
std::string rules_plot(const Audit& audit);

}  // namespace assay::reports
