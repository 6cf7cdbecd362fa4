// SPDX-License-Identifier: Apache-2.0
// Runs cases on implementations, each in a worker process of its own, and judges what comes back.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "fixtures/case.h"
#include "reports/results.h"
#include "suites/worker_process.h"

namespace assay::suites {

struct RunOptions {
  std::vector<std::string> variants;  // names or paths of plug-ins, as variants::load() takes them
  std::vector<std::string> classes;   // empty: every class of each case
  int threads = 2;                    // that a call may use
  std::chrono::milliseconds time_limit{10'000};  // of one call
  std::uint64_t memory_limit = 0;  // bytes that a worker may allocate; 0: as WorkerOptions
  std::vector<std::string>
      worker_wrapper;  // put before the worker's command, such as {"gdb", "--args"}
  /// The program that is a worker when its first argument is "worker" (worker.h).
  std::filesystem::path worker_executable = "/proc/self/exe";
  std::optional<std::filesystem::path>
      dump;                  // write every output that is not right into this folder
  std::string rerun_prefix;  // how the command that reruns one case begins: "assay run"
};

/// The worker of one of the variants.
WorkerOptions worker_options(const RunOptions& options, const std::string& variant);

/// The variant as reports name it, which was called as typed; `taken` are those before it.
reports::VariantInfo variant_info(const std::string& typed, const Description& description,
                                  const std::vector<reports::VariantInfo>& taken);

/// Told as things happen, in the order in which they happen.
struct RunObserver {
  std::function<void(const reports::CaseResult&, std::size_t done, std::size_t total)> on_case;
  std::function<bool()> stop = [] { return false; };  // true: finish the case at hand and return
};

/// Every case in every class on every variant. Nothing that an implementation does is an exception
/// here: it is a verdict. Throws WorkerError for implementations that cannot be loaded, after all
/// others have been judged, and where no worker can be started at all. `result.cases` grows as it
/// goes, so that what was found is kept if this throws.
void run_cases(const std::vector<fixtures::Case>& cases, const RunOptions& options,
               const RunObserver& observer, reports::RunResult& result);

/// One case in every class that the options want, on a worker of `variant` that may have judged
/// others before. Throws WorkerError where it died and cannot be started again.
std::vector<reports::CaseResult> judge_case(const fixtures::Case& test_case,
                                            const std::string& variant, const RunOptions& options,
                                            WorkerProcess& worker);

}  // namespace assay::suites
