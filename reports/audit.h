// SPDX-License-Identifier: Apache-2.0
// What a trial of the suite found, as plain data: which known mistakes it catches, which right
// implementations it rejects, what each case is worth, and how the rules of other tools fare on the
// same outputs. Includes nothing of ours.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace assay::reports {

/// Raised by one whenever a field changes its meaning or goes away.
inline constexpr int audit_schema_version = 1;

/// A known mistake. A run is the mistake on one case in one class.
struct MistakeFinding {
  std::string name, clause, does, sees, source;
  std::string proof;  // not empty: it cannot show, and why; then it is not counted
  std::int64_t runs = 0, caught = 0;
  std::vector<std::string> classes;    // in which it is caught
  std::vector<std::string> caught_by;  // cases, "attention/gqa-6x3", in the order of the suite
};

/// A right implementation.
struct WayFinding {
  std::string name, summary;
  std::int64_t runs = 0, distinct = 0;  // distinct: other bits than the plain loops
  std::int64_t unsupported = 0, rejected = 0;
  double worst_share = 0;  // of the budget, in f32 and f64
  std::string worst_case;  // "attention/gqa-6x3 f32"
};

/// A run of a right implementation that was not judged right.
struct RejectedRun {
  std::string way, test_case, number_class, verdict;
  double share = 0;
};

/// How a rule judged the runs of one class, or of "all". The first rule is Assay's own; beside each
/// other one stands what Assay said about the same runs.
struct RuleFinding {
  std::string rule, number_class;
  std::string source, reading;
  std::int64_t mistakes = 0, mistakes_caught = 0;  // in some run
  std::int64_t mistaken_runs = 0,
               mistaken_runs_caught = 0;  // with other bits than without the mistake
  std::int64_t mistaken_runs_caught_by_assay = 0;
  std::int64_t right_runs = 0, right_runs_rejected = 0;
  std::int64_t right_runs_rejected_by_assay = 0;
};

/// What a case is good for.
struct CaseFinding {
  std::string test_case;
  std::int64_t caught = 0;  // mistakes
  std::vector<std::string> caught_only_here;
  std::string earns;  // "catches attention-scale first", "decides ...", "..."; empty: nothing
};

/// The smallest errors that the cases of an op still catch: the sharpest case, the middle one and
/// the dullest.
struct FloorFinding {
  std::string op, number_class;
  std::int64_t cases = 0;
  double uniform_low = 0, uniform_middle = 0, uniform_high = 0;
  double single_low = 0, single_middle = 0, single_high = 0;
};

struct Audit {
  std::string title;
  std::vector<std::string> command;
  std::map<std::string, std::string> environment;
  std::string started;  // ISO 8601, UTC
  double seconds = 0;
  bool full = false;      // every case; otherwise a sample
  bool complete = false;  // false: stopped before its end
  std::int64_t cases = 0, fresh_cases = 0;
  std::int64_t mistakes = 0, mistakes_caught = 0;  // without those that cannot show
  std::int64_t right_runs = 0, right_runs_rejected = 0;
  std::vector<MistakeFinding> mistake_findings;
  std::vector<WayFinding> way_findings;
  std::vector<RejectedRun> rejected;
  std::vector<RuleFinding> rules;
  std::vector<CaseFinding> case_findings;  // only of a full audit
  std::vector<FloorFinding> floors;
};

}  // namespace assay::reports
