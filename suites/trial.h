// SPDX-License-Identifier: Apache-2.0
// Runs mistakes and right implementations of our own on cases and has every output judged, by the
// comparator and by the rules of other tools. Each case is tried in a process of its own, so that a
// crash or a hang costs one run; all cores take part. Knows nothing of what the outcomes mean.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "fixtures/case.h"
#include "reports/results.h"
#include "variants/assay.h"

namespace assay::suites {

/// Somebody on trial.
struct Defendant {
  std::string name;  // "kv-head-modulo", "way/pairwise"
  const assay_implementation* implementation;
  bool is_mistake;
};

/// Every mistake, then every way and every built-in variant but plain, which each trial runs for
/// comparison.
std::vector<Defendant> defendants();

/// A case to be tried, and who is tried on it. Of the mistakes only those whose places the case
/// meets.
struct CaseTrial {
  const fixtures::Case* test_case;
  std::function<bool(const Defendant&)> concerns;
};

/// One run: a defendant on a case in a class.
struct Outcome {
  std::uint32_t trial = 0;        // which CaseTrial
  std::uint32_t defendant = 0;    // by its place in defendants()
  std::uint8_t number_class = 0;  // by its place in number_classes
  reports::Verdict verdict = reports::Verdict::broken;
  /// In some bit from what plain gives, and a mistake also from its text without it.
  bool differs = true;
  float share = 0;                         // of the budget, at the worst element
  std::uint32_t judged = 0, rejected = 0;  // by foreign_rules(), a bit each
};

struct TrialOptions {
  int processes = 2;
  int seconds_per_run = 20;
  std::function<void(std::size_t done, std::size_t total)> on_case = {};
  std::function<bool()> stop = [] { return false; };
};

/// All outcomes, by trial; the same in whatever order the cases are tried. Must be called while
/// this process has no other thread. Throws std::runtime_error where no process can be started, or
/// where plain itself cannot compute a case.
std::vector<Outcome> try_cases(const std::vector<CaseTrial>& trials,
                               const std::vector<Defendant>& defendants,
                               const TrialOptions& options);

}  // namespace assay::suites
