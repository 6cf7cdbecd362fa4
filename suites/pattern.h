// SPDX-License-Identifier: Apache-2.0
// A first look at how the errors of an output are spread: one head, the last columns, every second
// element, a flipped sign, a constant factor. It says what is seen and never what is allowed.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "fixtures/case.h"

namespace assay::suites {

/// At most three lines, the most telling first: "constant factor 0.353553", "only head 2 (of 6)".
/// Empty where all is right or nothing stands out.
std::vector<std::string> patterns(const fixtures::Case& test_case, const fixtures::Golden& golden,
                                  const NumberClass& number_class, std::span<const std::byte> got);

}  // namespace assay::suites
