// SPDX-License-Identifier: Apache-2.0
#include "suites/diagnosis.h"

#include <fmt/core.h>

#include <algorithm>

#include "suites/first_stage.h"
#include "suites/known_mistakes.h"

namespace assay::suites {

namespace {

void add(const std::string& line, reports::CaseResult& result) {
  if (!line.empty()) result.diagnosis += (result.diagnosis.empty() ? "" : "\n") + line;
}

}  // namespace

void name_likenesses(const fixtures::Case& test_case, const NumberClass& number_class,
                     std::span<const std::byte> departing, reports::CaseResult& result) {
  const std::vector<Likeness> alike = alike_mistakes(test_case, number_class, departing);
  result.alike.emplace();
  for (const Likeness& each : alike) result.alike->push_back(each.mistake);
  add(likeness_line(alike), result);
}

void Diagnosis::explain(const fixtures::Case& test_case, const NumberClass& number_class,
                        std::span<const std::byte> departing, WorkerProcess& worker,
                        reports::CaseResult& result) {
  if (departing.empty() || ++looked_at_[test_case.op] > most_cases) return;
  name_likenesses(test_case, number_class, departing, result);
  add(first_departing_stage(test_case, number_class, options_, worker), result);
}

}  // namespace assay::suites
