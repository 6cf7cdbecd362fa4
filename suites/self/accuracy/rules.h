// SPDX-License-Identifier: Apache-2.0
// What accepts an output: our budget and bound, and the published rules of other tools.
#pragma once

#include <array>
#include <string_view>
#include <vector>

#include "fixtures/case.h"

namespace assay::accuracy {

enum class Rule { budget, bound, assert_close, nmse, onnx };
inline constexpr std::string_view rule_names[] = {"budget", "bound", "assert_close", "NMSE",
                                                  "ONNX"};
inline constexpr int rule_count = 5;

/// How far an output used what it may: the largest error / allowance, 1 and less being accepted.
///   assert_close: PyTorch's defaults, rtol 1.3e-6 and atol 1e-5 for f32, 1.6e-2 and 1e-5 for bf16,
///   1e-7 and 1e-7 for f64 (torch.testing.assert_close);
///   NMSE: sum of squared errors over sum of squares, 1e-7 (ggml, test-backend-ops);
///   ONNX: rtol 1e-3, atol 1e-7 (onnx.backend.test.runner).
/// Those compare with the golden rounded to the storage type, as a perfect implementation gives it.
std::array<double, rule_count> shares(const fixtures::Golden& golden,
                                      const NumberClass& number_class,
                                      const std::vector<double>& got);

}  // namespace assay::accuracy
