// SPDX-License-Identifier: Apache-2.0
// Which roof stands over a timing: the arithmetic of its own number class.
#pragma once

#include <string>

#include "reports/results.h"

namespace assay::reports {

/// GFLOP/s that the machine reached in the arithmetic of the class, with so many threads: products
/// of bf16 where the class has them and the machine, too; 0 where that was not measured.
double arithmetic_rate(const RunResult& result, const std::string& number_class, int threads);

/// "Of 10 shapes, memory holds back 7 and arithmetic 3", with one thread.
std::string roofline_title(const RunResult& result);

}  // namespace assay::reports
