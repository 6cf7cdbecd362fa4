// SPDX-License-Identifier: Apache-2.0
// The reproducibility grades of one call: it is made again in every way that must not change a bit.
// What its outputs should hold is nobody's business here.
#pragma once

#include <string>
#include <vector>

#include "fixtures/case.h"
#include "reports/results.h"
#include "suites/asked_case.h"

namespace assay::suites {

/// What came of one grade of one call.
struct GradeFinding {
  std::string grade;
  std::int64_t comparisons = 0;
  std::optional<reports::GradeBreak> broken;
};

/// A worker whose implementation runs on one of its instruction sets.
struct TargetWorker {
  std::string target;
  WorkerProcess* worker;
};

struct GradeTrialOptions {
  int repetitions = 100;  // with several threads, which are held up at random
  int most_threads = 8;
  std::vector<TargetWorker> targets;
  /// A call made between two of the one on trial.
  const fixtures::Case* between = nullptr;
};

struct GradeTrial {
  Answer plain;                        // the call as it is, with one thread
  std::vector<GradeFinding> findings;  // none where `plain` gave nothing
};

/// Grades that a call cannot have (its op has no batch, its tokens no order) are not among the
/// findings; where `run` is broken, nothing can be said of the others and they are not either.
GradeTrial try_grades(const fixtures::Case& test_case, const NumberClass& number_class,
                      const GradeTrialOptions& options, WorkerProcess& worker);

/// The break of a call whose outputs were once `first` and are now `other`; nothing where they are
/// the same.
std::optional<reports::GradeBreak> break_between(const fixtures::Case& test_case,
                                                 const std::string& number_class,
                                                 const std::string& way,
                                                 const std::vector<fixtures::Array>& first,
                                                 const Answer& other);

}  // namespace assay::suites
