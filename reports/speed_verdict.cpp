// SPDX-License-Identifier: Apache-2.0
#include "reports/speed_verdict.h"

#include <algorithm>
#include <cmath>

namespace assay::reports {

double noise_of(const std::optional<Interval>& against_itself) {
  if (!against_itself) return 0;
  return std::max(std::fabs(against_itself->high - 1), std::fabs(1 - against_itself->low));
}

SpeedVerdict speed_verdict(const Interval& ratio, double noise) {
  if (ratio.low > 1 + noise) return SpeedVerdict::slower;
  if (ratio.high < 1 / (1 + noise)) return SpeedVerdict::faster;
  const double relevant = std::max(noise, least_relevant_change);
  if (ratio.low > 1 / (1 + relevant) && ratio.high < 1 + relevant)
    return SpeedVerdict::no_relevant_change;
  return SpeedVerdict::undecided;
}

const char* words_of(SpeedVerdict verdict) {
  constexpr const char* words[] = {"faster", "slower", "no relevant change", "undecided"};
  return words[static_cast<std::size_t>(verdict)];
}

}  // namespace assay::reports
