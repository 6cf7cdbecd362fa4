// SPDX-License-Identifier: Apache-2.0
// Whether the machine is quiet enough for timing: slices of equal work take equal time where nobody
// else computes.
#pragma once

#include <span>
#include <string>
#include <vector>

namespace assay::suites {

struct Quiet {
  double disturbed = 0;  // share of the slices that took over 1.2 times the shortest
  double stolen = 0;     // share of processor time that the hypervisor gave to others meanwhile
  double waiting = 0;    // processes that wanted to run in the last minute, for each processor
};

/// Share of the slices that took over 1.2 times the shortest; 0 for none.
double disturbed_share(std::span<const double> seconds);

/// Takes about 40 ms.
Quiet probe_quiet();

/// A line for each reason not to trust what is timed now, with what to do; empty where it is quiet.
std::vector<std::string> warnings_of(const Quiet& quiet);

}  // namespace assay::suites
