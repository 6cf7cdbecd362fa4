// SPDX-License-Identifier: Apache-2.0
// One case in one class on one worker: two passes over memory, and the verdict.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <vector>

#include "fixtures/case.h"
#include "reports/results.h"
#include "suites/worker_process.h"

namespace assay::suites {

struct CaseRunOptions {
  int threads = 1;
  std::optional<std::filesystem::path> dump;  // for outputs that are not right
};

/// Fills verdict, kernel, reason, diagnosis, captured, outputs and seconds of `result`, whose names
/// are given. The worker is alive afterwards, the same or a new one. Throws WorkerError only if a
/// new one cannot be started, and std::runtime_error for a case that lacks answers in this class.
/// Returns the outputs of the first pass that was imprecise or wrong, one after the other as
/// stored; nothing if none was.
std::vector<std::byte> run_case(const fixtures::Case& test_case, const NumberClass& number_class,
                                const CaseRunOptions& options, WorkerProcess& worker,
                                reports::CaseResult& result);

}  // namespace assay::suites
