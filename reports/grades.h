// SPDX-License-Identifier: Apache-2.0
// Reproducibility grades counted: what a variant declares against what was measured, over all ops.
#pragma once

#include <string>
#include <vector>

#include "reports/results.h"

namespace assay::reports {

/// One grade of one variant.
struct GradeStanding {
  std::string variant, grade;
  bool claimed = false;
  std::int64_t calls = 0, broken = 0, comparisons = 0;
  std::vector<const GradeResult*> broken_ops;

  [[nodiscard]] bool measured() const { return calls > 0; }
  [[nodiscard]] bool held() const { return measured() && broken == 0; }
  [[nodiscard]] bool is_failure() const { return claimed && broken > 0; }
};

/// Every grade of every variant, claimed and measured or not, in the order of the run and of
/// grade_names. Points into `result`.
std::vector<GradeStanding> standings(const RunResult& result);

/// "held", "held, not claimed", "claimed, broken in 2 ops", "broken in 2 ops, not claimed",
/// "claimed, not measured", "not measured".
std::string words_of(const GradeStanding& standing);

/// Where and how the first call of an op lost its bits, in one line: "linear/tail-33 f32, entry 0
/// alone: y at token 0, channel 1: 0x1p+0 and 0x1.8p+0; 12 elements". Empty where none did.
std::string break_text(const GradeResult& result);

/// The whole measurement in one sentence.
std::string grades_sentence(const RunResult& result);

}  // namespace assay::reports
