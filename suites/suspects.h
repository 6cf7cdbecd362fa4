// SPDX-License-Identifier: Apache-2.0
// Which clause a failing implementation most likely gets wrong, from nothing but which cases fail
// and which clauses they decide.
#pragma once

#include <string>
#include <vector>

#include "reports/results.h"

namespace assay::suites {

struct Suspect {
  std::string variant, clause;
  double score = 0;  // 0..1; 1: decided by all failing cases first and by no other
  int failing = 0;   // cases that decide the clause and are wrong or imprecise
  int judged = 0;    // cases that decide the clause and are right, imprecise or wrong
};

/// The clauses decided by at least one failing case of the variant, the most suspect first; equals
/// in the order of the alphabet. Each clause of a case counts with a weight, 1 for the first (the
/// most specific), 1/2 for the second, 1/3 and so on. The score is Ochiai's: failing weight over
/// the root of (failing cases) x (weight of all deciding cases). (Abreu, Zoeteweij, van Gemund, "An
/// evaluation of similarity coefficients for software fault localization", PRDC 2006.)
std::vector<Suspect> suspects(const std::vector<reports::CaseResult>& cases,
                              const std::string& variant);

/// For each variant with failures a line such as
/// "simd: look at attention.kv-head first (6 of 6 cases that decide it fail), then ...".
std::vector<std::string> suspect_lines(const reports::RunResult& result);

}  // namespace assay::suites
