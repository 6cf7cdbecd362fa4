// SPDX-License-Identifier: Apache-2.0
// The published rules by which other tools accept an output, put to the outputs of the audit. They
// are read kindly: an element that is NaN or infinite where the golden is satisfies every rule, and
// integers must be equal. All compare with the golden rounded to the storage type of the class.
// Nothing here decides a verdict of ours.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "fixtures/case.h"

namespace assay::suites {

struct ForeignRule {
  std::string_view name;     // "ggml NMSE 1e-7"
  std::string_view source;   // where it is written, and in which version
  std::string_view reading;  // what we take it to say
};

/// In the order of the table of the audit.
std::span<const ForeignRule> foreign_rules();

/// A bit per rule: whether it has something to say about this output, and whether it rejects it.
struct ForeignVerdicts {
  std::uint32_t judged = 0, rejected = 0;
};

/// `got` and `plain` hold the output as it was stored, of the implementation in question and of the
/// plain loops, which stand for "the usual implementation" where a rule compares errors.
ForeignVerdicts judge_by_foreign_rules(const fixtures::Case& test_case,
                                       const fixtures::Golden& golden,
                                       const NumberClass& number_class,
                                       std::span<const std::byte> got,
                                       std::span<const std::byte> plain);

}  // namespace assay::suites
