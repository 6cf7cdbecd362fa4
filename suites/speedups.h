// SPDX-License-Identifier: Apache-2.0
// Timings of one shape against each other: all against plain, and one against a second process of
// its own.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "reports/results.h"

namespace assay::suites {

/// Notes what the same variant with as many threads showed in another process, round by round.
/// Nothing where there are fewer than two samples.
void compare_with_itself(std::span<reports::SpeedResult> of_shape, const std::string& variant,
                         int threads, const std::vector<double>& repeated);

/// plain has no use for threads: its single-threaded samples are what all are held against.
void compare_with_plain(std::span<reports::SpeedResult> of_shape);

}  // namespace assay::suites
