// SPDX-License-Identifier: Apache-2.0
// What the reports count: verdicts by variant, op, class, suite and clause, and the sentence that
// says it in words.
#pragma once

#include <array>
#include <map>
#include <string>
#include <vector>

#include "reports/results.h"

namespace assay::reports {

inline constexpr std::size_t verdict_count = 5;

constexpr const char* name_of(Verdict verdict) {
  return verdict_names[static_cast<std::size_t>(verdict)];
}

constexpr bool is_failure(Verdict verdict) {
  return verdict != Verdict::right && verdict != Verdict::unsupported;
}

struct Counts {
  std::array<std::size_t, verdict_count> of{};
  std::size_t portable = 0;  // how many ran the portable text that variants share

  void add(const CaseResult& result);
  [[nodiscard]] std::size_t operator[](Verdict verdict) const {
    return of[static_cast<std::size_t>(verdict)];
  }
  [[nodiscard]] std::size_t total() const;
  [[nodiscard]] std::size_t failures() const;
  [[nodiscard]] std::size_t judged() const;
};

/// Whether the kernel is the text that variants share rather than the variant's own.
bool is_portable(const CaseResult& result);

Counts count(const RunResult& result);

/// The names of all variants, in the order of the run; those that only cases or timings name
/// follow.
std::vector<std::string> variant_names(const RunResult& result);

/// Counts by a first and a second key, the first in order of appearance.
struct Table {
  std::vector<std::string> rows;
  std::map<std::string, std::map<std::string, Counts>> cells;  // row -> column -> counts
};
/// Rows "op class", columns variants.
Table by_op_and_class(const RunResult& result);
/// Rows suites and then "all", columns variants.
Table by_suite(const RunResult& result);

/// A clause, with the calls that decide it.
struct ClauseCoverage {
  std::string id;
  std::string text;                // may be empty in a hand-made file
  std::vector<std::string> cases;  // "attention/gqa-6x3", each once
  std::map<std::string, Counts> by_variant;
};
std::vector<ClauseCoverage> by_clause(const RunResult& result);

/// "812 right, 3 wrong, 96 unsupported": every verdict that occurs; "nothing judged" for none.
std::string counts_text(const Counts& counts);

/// The whole run in one or two sentences.
std::string verdict_sentence(const RunResult& result);

/// For each variant whose failing cases were compared with known mistakes, and had likenesses, a
/// line such as "simd: does what kv-head-modulo does, in 5 of 5 failing cases compared".
std::vector<std::string> likeness_lines(const RunResult& result);

/// "attention/gqa-6x3"
std::string full_id(const CaseResult& result);

/// The output with the worst verdict, and among those the worst share of its budget; null if none.
const OutputJudgement* worst_output(const CaseResult& result);

}  // namespace assay::reports
