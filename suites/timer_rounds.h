// SPDX-License-Identifier: Apache-2.0
// Rounds of timed calls in random order, run by Google Benchmark in library mode.
#pragma once

#include <cstddef>
#include <functional>
#include <vector>

namespace assay::suites {

/// What is timed: each call does one batch and gives the seconds per call that were measured for
/// it. May throw; the round is then finished without it.
using TimedBatch = std::function<double()>;

/// One round: every batch once, in an order drawn anew. result[i] belongs to batches[i] and is NaN
/// where it threw.
std::vector<double> timed_round(const std::vector<TimedBatch>& batches);

}  // namespace assay::suites
