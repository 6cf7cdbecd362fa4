// SPDX-License-Identifier: Apache-2.0
// How many ULPs WebNN's conformance tests allow an output: a number per op, and the sum of the
// numbers where an op is put together from several. Figures of Web Platform Tests,
// webnn/resources/utils.js: gemm 2 per term, + 1 with a bias; matmul 2 per term; softmax 3 per
// element + 3; reduceLogSumExp 2 per element + 18; gelu 18; sigmoid 34 in f32 and 3 in f16; add,
// mul 1; div 2; tanh 16; relu and gather 0; layerNormalization absolutely 2^-10 in f32 and 2^-9
// in f16.
#pragma once

#include <optional>
#include <string_view>

#include "fixtures/case.h"

namespace assay::suites {

struct AdditiveUlps {
  double ulps = 0;      // of the storage type, at the golden
  double absolute = 0;  // instead of ULPs, for the functions that WebNN bounds so
};

/// Nothing where the tests of WebNN have no figure: other classes than f32 and f16, and ops that
/// cannot be put together from ops with figures in a fixed number of steps.
std::optional<AdditiveUlps> additive_ulps(const fixtures::Case& test_case, std::string_view output,
                                          const NumberClass& number_class);

}  // namespace assay::suites
