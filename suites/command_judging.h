// SPDX-License-Identifier: Apache-2.0
// The options that say what is judged and how, for every command that judges: run and compare.
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "fixtures/recipe.h"
#include "reports/results.h"
#include "suites/command_line.h"
#include "suites/console.h"
#include "suites/runner.h"
#include "suites/selection.h"
#include "suites/timed_shapes.h"

namespace assay::suites {

struct Judging {
  std::vector<fixtures::Case> cases;
  RunOptions options;
  std::vector<TimedShape> timed_shapes;  // what a speed part would be about
  Selection selection;
  std::string suite;                  // "suite masking", or what stands instead of one
  std::vector<std::string> errors;    // what the bench could not do, a line each
  std::vector<std::string> warnings;  // for the report
  std::string fixtures;               // which cases, as RunResult::fixtures
  reports::Shard shard;
};

void add_judging_options(boost::program_options::options_description& options);

/// Reads, draws and picks the cases. Throws UsageError for unknown names.
Judging judging_from(const boost::program_options::variables_map& values, const std::string& suite,
                     const Invocation& invocation, Console& console);

/// What a result says of itself before anything is found: its title, command and machine.
using RunBegin = std::chrono::steady_clock::time_point;
RunBegin begin_result(const Judging& judging, const Invocation& invocation,
                      reports::RunResult& result);
void end_result(RunBegin begin, bool complete, reports::RunResult& result);

/// Runs the cases with progress on the console; `on_case` is told of each result. Ctrl-C finishes
/// the case at hand. Returns whether every case was run; the result says so, too.
bool run_with_progress(
    const Judging& judging, const Invocation& invocation, Console& console,
    const std::function<void(const reports::CaseResult&, const reports::RunResult&)>& on_case,
    reports::RunResult& result);

/// Throws UsageError unless every name is a built-in variant (perhaps with @target) or the path of
/// a file.
void check_variants(const std::vector<std::string>& names);

/// The names of all built-in variants.
std::vector<std::string> built_in_names();

}  // namespace assay::suites
