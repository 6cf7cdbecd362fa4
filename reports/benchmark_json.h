// SPDX-License-Identifier: Apache-2.0
// The timings in the form of Google Benchmark's JSON output, for tools that read it, such as its
// compare.py. Less than results.json has: no outputs, no limits, no intervals.
#pragma once

#include <string>

#include "reports/results.h"

namespace assay::reports {

/// A benchmark per timing, "linear/128x768x768/f32/simd/threads:1", with a repetition per sample
/// and its median. cpu_time repeats real_time, as only wall time is taken. What may not be ranked
/// (ranking.h) is left out.
std::string to_benchmark_json(const RunResult& result);

}  // namespace assay::reports
