// SPDX-License-Identifier: Apache-2.0
// What changed from one result to another: verdicts, accuracy, speed, environment. Works on what
// two files have in common and says what they have not.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "reports/results.h"
#include "reports/speed_verdict.h"

namespace assay::reports {

/// One call, known by variant, op, case and class, in both results or in one.
struct VerdictChange {
  std::string variant, case_id, number_class;  // "simd", "attention/gqa-6x3", "f32"
  std::optional<Verdict> before, after;        // empty: not in this result
  std::string rerun;                           // of the later one
};

/// Shares of the budget used, over the calls of one op and class that both results have.
struct AccuracyOverview {
  std::string variant, op, number_class;
  std::size_t calls = 0;
  double worst_before = 0, worst_after = 0;
  double median_before = 0, median_after = 0;
};

/// Where the share of the budget moved by a factor of 1.5 or more and is above one half: below that
/// nobody can tell rounding from rounding.
struct AccuracyChange {
  std::string variant, case_id, number_class, output;
  double before = 0, after = 0;
};

/// after over before, of one timed shape; below 1 is faster.
struct SpeedChange {
  std::string variant, shape_id, number_class;
  int threads = 1;
  double before = 0, after = 0;  // seconds per call
  Interval ratio;                // 95 %
  double noise = 0;              // what a ratio may be off 1 without meaning anything
  SpeedVerdict verdict = SpeedVerdict::undecided;
};

/// All shapes of one op, class and number of threads that both sides were timed at.
struct SpeedOverview {
  std::string variant, op, number_class;
  int threads = 1;
  std::size_t shapes = 0;
  Interval ratio;  // geometric mean
  double noise = 0;
  SpeedVerdict verdict = SpeedVerdict::undecided;
};

struct Difference {
  std::string name, before, after;
};

struct Comparison {
  std::string before_name, after_name;
  std::size_t in_both = 0, verdict_same = 0;
  std::size_t only_before = 0, only_after = 0;  // calls
  std::optional<Difference> fixtures;           // where the two judged other cases
  std::vector<VerdictChange> verdicts;          // worse ones first
  std::vector<AccuracyOverview> overview;       // in the order of the later result
  std::vector<AccuracyChange> accuracy;         // the greatest growth first
  std::vector<SpeedChange> speed;               // in the order of the later result
  std::vector<SpeedOverview> by_op;             // in the order of the later result
  Interval all_shapes{1, 1, 1};                 // geometric mean of all of `speed`
  std::size_t untimed = 0;  // shapes that only one side has: the other was not right, or refused
  std::vector<Difference> environment;
  bool variants_apart = false;  // two variants of one run rather than two results
  bool same_machine = true;     // if not, speed ratios compare machines as well

  [[nodiscard]] bool has_regression() const;  // some verdict became worse
  /// Some shape is slower, and by more than this share (0.05: five per cent).
  [[nodiscard]] bool is_slower_by(double share) const;
};

/// Two results; the names stand in the text ("old.json").
Comparison compare(const RunResult& before, const RunResult& after, const std::string& before_name,
                   const std::string& after_name);

/// Two variants out of one run, set side by side; their timings were interleaved, so the ratios are
/// paired.
Comparison compare_variants(const RunResult& result, const std::string& first,
                            const std::string& second);

/// "old.json judged other fixtures (sha256 6a84...) than new.json (...)": a line where they did,
/// else empty.
std::string warning_of(const Comparison& comparison);

std::string to_text(const Comparison& comparison);  // for a terminal, without colour
std::string to_markdown(const Comparison& comparison);

}  // namespace assay::reports
