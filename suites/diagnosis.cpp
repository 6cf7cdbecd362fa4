// SPDX-License-Identifier: Apache-2.0
#include "suites/diagnosis.h"

#include <fmt/core.h>

#include <algorithm>

#include "suites/first_stage.h"
#include "suites/known_mistakes.h"

namespace assay::suites {

void Diagnosis::explain(const fixtures::Case& test_case, const NumberClass& number_class,
                        std::span<const std::byte> departing, WorkerProcess& worker,
                        reports::CaseResult& result) {
  if (departing.empty() || ++looked_at_[test_case.op] > most_cases) return;
  const auto add = [&](const std::string& line) {
    if (!line.empty()) result.diagnosis += (result.diagnosis.empty() ? "" : "\n") + line;
  };
  const std::vector<Likeness> alike = alike_mistakes(test_case, number_class, departing);
  result.alike.emplace();
  for (const Likeness& each : alike) result.alike->push_back(each.mistake);
  add(likeness_line(alike));
  add(first_departing_stage(test_case, number_class, options_, worker));
}

}  // namespace assay::suites
