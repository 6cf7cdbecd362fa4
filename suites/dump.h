// SPDX-License-Identifier: Apache-2.0
// Writes an output that is not right to a file, beside what was wanted and what went in, for
// somebody who wants to look at it with their own tools.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>

#include "fixtures/case.h"
#include "reports/results.h"

namespace assay::suites {

/// Writes <variant>-<op>-<case>-<class>-<output>.h5 into `folder`, which is made if need be: groups
/// in (all inputs), got, want, budget and bound; 16-bit values as f32. Gives the file's path.
/// Throws std::runtime_error with the path and the cause.
std::filesystem::path dump_output(const std::filesystem::path& folder,
                                  const reports::CaseResult& result,
                                  const fixtures::Case& test_case, const fixtures::Golden& golden,
                                  const NumberClass& number_class, std::span<const std::byte> got);

}  // namespace assay::suites
