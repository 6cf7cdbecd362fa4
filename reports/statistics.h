// SPDX-License-Identifier: Apache-2.0
// Medians and their 95 % intervals by the bootstrap (Efron 1979, percentile form): draw samples of
// the sample and see where the middle 95 % of their medians lie. No assumption on the distribution,
// which for run times is skewed. The draws have a fixed seed: the same samples, the same interval.
#pragma once

#include <span>

#include "reports/results.h"

namespace assay::reports {

/// The middle value; the mean of the two in the middle for an even number. NaN for none.
double median(std::span<const double> samples);

/// Median with interval. All three equal where there are fewer than two samples.
Interval median_interval(std::span<const double> samples);

/// median(numerators) / median(denominators) of samples that belong to separate runs: both are
/// drawn again, independently.
Interval ratio_interval(std::span<const double> numerators, std::span<const double> denominators);

/// Samples of one thing before and after.
struct Pair {
  std::span<const double> numerators, denominators;
};

/// The geometric mean of the ratios of several things, each as paired_ratio_interval() or
/// ratio_interval() has it; with an interval from drawing the samples of all of them again. All
/// three 1 for none.
Interval geometric_mean_interval(std::span<const Pair> pairs, bool paired);

/// The slope of y against x by least squares, with the 95 % interval that the distances from the
/// line leave it (Student's t, as if they were normal); without bounds for fewer than three points.
Interval slope_interval(std::span<const double> x, std::span<const double> y);

/// The median of numerators[i] / denominators[i], taken in the same round i: what slows both of a
/// pair cancels. Uses as many pairs as both have.
Interval paired_ratio_interval(std::span<const double> numerators,
                               std::span<const double> denominators);

}  // namespace assay::reports
