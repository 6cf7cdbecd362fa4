// SPDX-License-Identifier: Apache-2.0
// What can be found out about an answer that is not right, beyond how far off it is: the known
// mistake that gives it, and the first stage of a model that departs.
#pragma once

#include <cstddef>
#include <map>
#include <span>
#include <string>

#include "suites/case_run.h"

namespace assay::suites {

/// Of one variant. Looks closely at the first few failing cases of an op and leaves the rest: a
/// kernel that is wrong everywhere is told as well by five cases as by five hundred.
/// Adds to a result the known mistakes that give what was got: all outputs as they are stored, one
/// after the other, in the order of the case.
void name_likenesses(const fixtures::Case& test_case, const NumberClass& number_class,
                     std::span<const std::byte> departing, reports::CaseResult& result);

class Diagnosis {
 public:
  explicit Diagnosis(const CaseRunOptions& options) : options_(options) {}

  /// Adds lines to result.diagnosis, and names to result.alike. `departing` is what run_case()
  /// returned.
  void explain(const fixtures::Case& test_case, const NumberClass& number_class,
               std::span<const std::byte> departing, WorkerProcess& worker,
               reports::CaseResult& result);

 private:
  static constexpr int most_cases = 5;  // of an op

  const CaseRunOptions& options_;
  std::map<std::string, int> looked_at_;  // cases, by op
};

}  // namespace assay::suites
