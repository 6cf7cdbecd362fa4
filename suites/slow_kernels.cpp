// SPDX-License-Identifier: Apache-2.0
#include "suites/slow_kernels.h"

#include <fmt/format.h>

#include <map>

#include "reports/escape.h"
#include "reports/figures.h"

namespace assay::suites {

std::vector<std::string> slow_kernel_lines(const reports::RunResult& result) {
  constexpr std::string_view mark = "slow: ";
  std::map<std::pair<std::string, std::string>, std::size_t> calls;
  for (const reports::CaseResult& each : result.cases) {
    if (each.kernel.starts_with(mark)) ++calls[{each.variant, each.kernel.substr(mark.size())}];
  }
  std::vector<std::string> lines;
  for (const auto& [which, count] : calls) {
    lines.push_back(reports::one_line(fmt::format("{} chose a slow kernel: {} ({})", which.first,
                                                  which.second, reports::counted(count, "call"))));
  }
  return lines;
}

}  // namespace assay::suites
