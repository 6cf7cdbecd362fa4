// SPDX-License-Identifier: Apache-2.0
// What is timed: an implementation with so many threads at one shape, and what becomes of its
// samples.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "reports/results.h"
#include "suites/pace.h"
#include "suites/timed_series.h"

namespace assay::suites {

/// A series with what is known of its pace.
struct Runner {
  WorkerOptions options;
  std::unique_ptr<TimedSeries> series;
  bool repeats = false;  // the first variant, once more
  Pace pace = {};
};

/// A series at one shape.
struct Lane {
  Runner* runner;
  TimedSeries* series;
  double seconds = 0;  // of one call, estimated
  std::uint32_t calls = 1;
  std::vector<double> samples, started, cold;
  std::vector<double> limits;  // the least seconds that this machine allowed in the same rounds
  std::optional<double> memory;
};

/// Throws as cost_of().
reports::SpeedResult result_of(const Lane& lane, const fixtures::Case& shape,
                               const NumberClass& number_class);

}  // namespace assay::suites
