// SPDX-License-Identifier: Apache-2.0
// Which timings may be ranked, and what the ranking says. A speed counts only where the answers
// are right: a fast wrong answer is no answer.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "reports/results.h"

namespace assay::reports {

/// One op in one class at one shape: what variants are ranked within.
struct TimedCall {
  std::string op, shape_id, number_class;
  /// Of each variant that may be ranked, the timing with the number of threads at which it is
  /// fastest.
  std::map<std::string, const SpeedResult*> best;
};

/// The geometric mean of seconds of `first` / seconds of `second`: how many times as fast the
/// second is.
struct MeanSpeedup {
  std::string first, second;
  Interval ratio;    // 95 %, paired round by round
  double noise = 0;  // of the noisiest shape, where an implementation was timed against itself
  std::size_t shapes = 0;    // that both have, and may be ranked at
  std::size_t left_out = 0;  // shapes that one of them has not, or not right
};

/// What a variant's speed in an op costs in accuracy.
struct Tradeoff {
  std::string op, number_class, variant;
  double worst_share = 0;  // of the budget, over all calls of the op in the class
  Interval speedup;  // over the first variant that may be ranked: geometric mean of the shapes
  std::size_t shapes = 0;
};

class Ranking {
 public:
  /// Keeps pointers into `result`.
  explicit Ranking(const RunResult& result);

  /// Why a timing is not ranked: its output was not right, or calls of this op and class are not
  /// right. Empty: it is ranked.
  [[nodiscard]] std::string objection(const SpeedResult& timing) const;

  /// In the order of the result.
  [[nodiscard]] const std::vector<TimedCall>& calls() const { return calls_; }

  /// Over all ops, or one op in one class. The ratio is 1 where there is no shape. Remembered, as
  /// several sections ask for the same and the intervals take a while.
  [[nodiscard]] MeanSpeedup mean_speedup(const std::string& first, const std::string& second,
                                         const std::string& op = "",
                                         const std::string& number_class = "") const;

 private:
  std::map<std::string, std::pair<std::size_t, std::size_t>> failures_;  // of how many calls
  std::vector<TimedCall> calls_;
  mutable std::map<std::vector<std::string>, MeanSpeedup> means_;
};

/// Of every op and class that was timed, every variant that may be ranked; ops in the order of the
/// timings.
std::vector<Tradeoff> tradeoffs_of(const RunResult& result, const Ranking& ranking);

}  // namespace assay::reports
