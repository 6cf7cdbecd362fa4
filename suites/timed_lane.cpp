// SPDX-License-Identifier: Apache-2.0
#include "suites/timed_lane.h"

#include "reports/statistics.h"
#include "suites/cost.h"

namespace assay::suites {
namespace {

// What a measured limit may be off by.
constexpr double implausible_share = 1.1;

}  // namespace

reports::SpeedResult result_of(const Lane& lane, const fixtures::Case& shape,
                               const NumberClass& number_class) {
  const Cost cost = cost_of(shape, number_class);
  reports::SpeedResult result;
  result.variant = lane.series->name();
  result.op = shape.op;
  result.shape_id = shape.id;
  result.number_class = number_class.name;
  result.kernel = lane.series->kernel();
  result.threads = lane.series->threads();
  result.seconds = lane.samples;
  result.started = lane.started;
  if (!lane.cold.empty()) result.cold_seconds = reports::median(lane.cold);
  result.memory_bytes = lane.memory;
  result.seconds_per_call = reports::median_interval(lane.samples);
  result.prepare_seconds = lane.series->prepare_seconds();
  result.flops = cost.flops;
  result.bytes = cost.bytes;
  const double seconds = result.seconds_per_call.middle;
  result.gflops = cost.flops / seconds * 1e-9;
  result.gbytes_per_second = cost.bytes / seconds * 1e-9;
  result.limit_seconds = reports::median(lane.limits);
  result.share_of_limit = reports::paired_ratio_interval(lane.limits, lane.samples).middle;
  if (result.share_of_limit > implausible_share)
    result.warning =
        "faster than this machine's own limit: not all was computed, or the limit was measured "
        "while something else ran";
  return result;
}

}  // namespace assay::suites
