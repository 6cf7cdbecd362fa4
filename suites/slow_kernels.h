// SPDX-License-Identifier: Apache-2.0
// Kernels of which the implementation itself says that the machine could do better, as warnings.
#pragma once

#include "reports/results.h"

namespace assay::suites {

/// A line for each variant and kernel whose text starts with "slow" (variants/assay.h): "openblas:
/// sgemm Haswell, while this processor has AVX-512 (43 calls)".
std::vector<std::string> slow_kernel_lines(const reports::RunResult& result);

}  // namespace assay::suites
