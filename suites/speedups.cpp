// SPDX-License-Identifier: Apache-2.0
#include "suites/speedups.h"

#include <algorithm>

#include "reports/statistics.h"

namespace assay::suites {

using reports::SpeedResult;

void compare_with_itself(std::span<SpeedResult> of_shape, const std::string& variant, int threads,
                         const std::vector<double>& repeated) {
  if (repeated.size() < 2) return;
  for (SpeedResult& each : of_shape)
    if (each.variant == variant && each.threads == threads)
      each.against_itself = reports::paired_ratio_interval(repeated, each.seconds);
}

void compare_with_plain(std::span<SpeedResult> of_shape) {
  const auto plain = std::ranges::find_if(of_shape, [](const SpeedResult& each) {
    return each.variant == "plain" && each.threads == 1;
  });
  if (plain == of_shape.end()) return;
  for (SpeedResult& each : of_shape)
    if (each.variant != "plain")
      each.speedup_over_plain = reports::paired_ratio_interval(plain->seconds, each.seconds);
}

}  // namespace assay::suites
