// SPDX-License-Identifier: Apache-2.0
// Timing as a part of the commands run and compare: whether it is wanted, doing it with progress on
// the console, and its table.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "reports/results.h"
#include "suites/command_judging.h"

namespace assay::suites {

void add_timing_options(boost::program_options::options_description& options);

/// How series are timed, where the command line does not say.
struct TimingManner {
  std::chrono::milliseconds per_shape{500};
  bool first_against_itself = false;
  bool cold = false;
};
TimingManner manner_of(const boost::program_options::variables_map& values,
                       const TimingManner& otherwise);

/// With --speed or --workload, or where the whole suite or a case of one's own is run and nothing
/// says --no-speed; never where no shape is of the classes asked for, or with a worker wrapper.
bool wants_timing(const boost::program_options::variables_map& values, const Judging& judging,
                  bool is_whole_suite);

/// Adds limits, speeds and warnings to a result whose cases have been run. Returns false if it was
/// interrupted; the result says so, too.
bool time_with_progress(const Judging& judging, const TimingManner& manner, Console& console,
                        reports::RunResult& result);

/// A line per shape, a column per variant and number of threads; empty where nothing was timed.
std::vector<std::string> speed_lines(const reports::RunResult& result);

}  // namespace assay::suites
