// SPDX-License-Identifier: Apache-2.0
// Whether a wrong answer is what a known mistake gives.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "fixtures/case.h"

namespace assay::suites {

/// A known mistake that gives, on one case, what an implementation gave.
struct Likeness {
  std::string mistake;
  double share;        // the largest difference of the two, of the budget of its element
  double unexplained;  // the differences of the two, of the differences from the golden
};

/// Above this share of unexplained difference two wrong answers have not the same cause: errors of
/// mixed origin leave a third or more.
inline constexpr double most_unexplained = 0.05;

/// The mistakes whose answer on this case is `got` (all outputs as stored, one after the other, in
/// the order of the case): first those within every budget, the nearest first, then those that
/// leave at most `most_unexplained`. A mistake that is right on the case is none of them. Computed
/// in a child process, which is ended after `seconds`; what it has found by then is given. Throws
/// std::runtime_error where no process can be had.
std::vector<Likeness> alike_mistakes(const fixtures::Case& test_case,
                                     const NumberClass& number_class,
                                     std::span<const std::byte> got, unsigned seconds = 10);

/// "equals the known mistake kv-head-modulo within 0.4 budgets: Maps ... ([attention.kv-head];
/// ATT-01 apple/axlearn#842)", and the names of others that give the same here. Empty for an empty
/// list.
std::string likeness_line(const std::vector<Likeness>& alike);

}  // namespace assay::suites
