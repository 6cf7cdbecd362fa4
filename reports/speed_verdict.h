// SPDX-License-Identifier: Apache-2.0
// Whether a difference in speed means something: more than the noise of the machine, which is what
// the same implementation shows against itself.
#pragma once

#include <optional>

#include "reports/results.h"

namespace assay::reports {

enum class SpeedVerdict { faster, slower, no_relevant_change, undecided };

/// Below this nobody should care, whatever the noise: two per cent.
inline constexpr double least_relevant_change = 0.02;

/// How far a ratio may be from 1 without meaning anything: the farther end of the interval of the
/// implementation against itself; 0 where that was not measured.
double noise_of(const std::optional<Interval>& against_itself);

/// `ratio` is time after / before with its 95 % interval. faster, slower: the whole interval lies
/// beyond the noise. no_relevant_change: the whole interval lies within the noise or 2 %, whichever
/// is more. undecided: the samples are too few or too scattered to say.
SpeedVerdict speed_verdict(const Interval& ratio, double noise);

const char* words_of(SpeedVerdict verdict);

}  // namespace assay::reports
