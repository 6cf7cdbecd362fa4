// SPDX-License-Identifier: Apache-2.0
#include "reports/audit_summary.h"

#include <fmt/format.h>

namespace assay::reports {

std::string audit_sentence(const Audit& audit) {
  return fmt::format("killed {} of {} mistakes, rejected {} of {} correct runs",
                     audit.mistakes_caught, audit.mistakes, audit.right_runs_rejected,
                     audit.right_runs);
}

std::vector<RuleFinding> rules_in(const Audit& audit, const std::string& number_class) {
  std::vector<RuleFinding> found;
  for (const RuleFinding& each : audit.rules)
    if (each.number_class == number_class) found.push_back(each);
  return found;
}

}  // namespace assay::reports
