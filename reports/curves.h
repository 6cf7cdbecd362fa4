// SPDX-License-Identifier: Apache-2.0
// How the time of a call grows with one of its extents, or shrinks with threads: timings that
// differ in one thing only, put in a row. Only timings that may be ranked (ranking.h).
#pragma once

#include <string>
#include <vector>

#include "reports/ranking.h"
#include "reports/results.h"

namespace assay::reports {

struct CurvePoint {
  double at = 0;  // the extent, or the number of threads
  Interval value;
};

struct Curve {
  std::string op, number_class, variant;
  std::string axis;   // the shape word that grows: "tokens"; "d_in = d_out" where two do; "threads"
  std::string fixed;  // what stands still: "d_in 768, d_out 768"; of threads the shape
  std::vector<CurvePoint> points;  // by rising `at`, at least two
  /// Of value against at, between logarithms by least squares: 1 is proportional growth.
  Interval exponent;
};

/// Seconds per call against each extent that some shapes differ in alone.
std::vector<Curve> growth_curves(const RunResult& result, const Ranking& ranking);

/// Bytes that a call needs beside its tensors, against the same; where they were measured.
std::vector<Curve> memory_curves(const RunResult& result, const Ranking& ranking);

/// How many times as fast as with one thread, for what was timed with several.
std::vector<Curve> thread_curves(const RunResult& result, const Ranking& ranking);

}  // namespace assay::reports
