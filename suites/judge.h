// SPDX-License-Identifier: Apache-2.0
// Judges one whole output: every element through the one comparator, and the worst of them told in
// full.
#pragma once

#include <cstddef>
#include <span>

#include "fixtures/case.h"
#include "reports/results.h"

namespace assay::suites {

/// `got` holds the output as the implementation stored it: golden.want's shape, in the class's
/// storage type where want is floating, else want's own type. The golden is rounded to the storage
/// type before infinities are compared. The worst element is the one with the largest share of its
/// budget, the first of equals. Throws std::runtime_error if the golden has no tolerance in this
/// class or if the sizes differ.
reports::OutputJudgement judge_output(const fixtures::Case& test_case,
                                      const fixtures::Golden& golden,
                                      const NumberClass& number_class,
                                      std::span<const std::byte> got);

/// The type in which an output crosses the ABI in this class.
DType stored_type(const fixtures::Golden& golden, const NumberClass& number_class);

/// `value` in decimal, exactly enough for its type, and in hexadecimal: "0.1 (0x1.99999ap-4)".
std::string number_text(DType type, double value);

/// worse() orders right, unsupported, imprecise, wrong, broken.
reports::Verdict worse(reports::Verdict a, reports::Verdict b);

}  // namespace assay::suites
