// SPDX-License-Identifier: Apache-2.0
// What an audit says in a sentence, and its rules over all classes.
#pragma once

#include <string>
#include <vector>

#include "reports/audit.h"

namespace assay::reports {

/// "killed 150 of 150 mistakes, rejected 0 of 58,000 correct runs"
std::string audit_sentence(const Audit& audit);

/// What the rules said about the runs of one class, or "all" of them.
std::vector<RuleFinding> rules_in(const Audit& audit, const std::string& number_class);

}  // namespace assay::reports
