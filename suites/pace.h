// SPDX-License-Identifier: Apache-2.0
// How fast an implementation was at the ops so far, to foresee what a larger shape would take.
#pragma once

#include <algorithm>
#include <map>
#include <string>

namespace assay::suites {

class Pace {
 public:
  /// A call of so many operations took so long.
  void note(const std::string& op, double seconds, double flops) {
    if (flops <= 0) return;
    double& least = seconds_per_flop_.try_emplace(op, seconds / flops).first->second;
    least = std::min(least, seconds / flops);
  }
  /// What a call would take at the best pace so far; 0 where nothing is known.
  [[nodiscard]] double least_seconds(const std::string& op, double flops) const {
    const auto found = seconds_per_flop_.find(op);
    return found == seconds_per_flop_.end() ? 0 : found->second * flops;
  }

 private:
  std::map<std::string, double> seconds_per_flop_;
};

}  // namespace assay::suites
