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

std::vector<std::string> likeness_lines(const reports::RunResult& result) {
  std::vector<std::string> lines;
  for (const reports::VariantInfo& variant : result.variants) {
    std::map<std::string, int> cases;  // by mistake
    int compared = 0;
    std::vector<std::string> order;  // as they were first named
    for (const reports::CaseResult& each : result.cases) {
      if (each.variant != variant.name || !each.alike) continue;
      ++compared;
      for (const std::string& mistake : *each.alike) {
        if (++cases[mistake] == 1) order.push_back(mistake);
      }
    }
    if (order.empty()) continue;
    std::ranges::stable_sort(order, std::greater{},
                             [&](const std::string& mistake) { return cases[mistake]; });
    lines.push_back(
        fmt::format("{}: does what the known mistake {} does, in {} of {} failing cases "
                    "compared (assay explain {})",
                    variant.name, order.front(), cases[order.front()], compared, order.front()));
  }
  return lines;
}

}  // namespace assay::suites
