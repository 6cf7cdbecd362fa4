// SPDX-License-Identifier: Apache-2.0
// A case whose answers are plain to see, for tests that are about something else than numbers.
#pragma once

#include <cstdint>
#include <string>

#include "fixtures/case.h"

namespace assay::self {

/// linear with d_in = 5, d_out = 3 and small whole numbers, so that every order of summation is
/// exact. Classes f32 and f64, of which it is run in f32.
inline fixtures::Case linear_case(const std::string& id, std::int64_t tokens) {
  constexpr std::int64_t d_in = 5, d_out = 3;
  fixtures::Case test_case;
  test_case.id = id;
  test_case.op = "linear";
  test_case.clauses = {"linear.weight-rows"};
  test_case.classes = {"f32"};
  fixtures::Array x = fixtures::Array::zeros(DType::f32, {tokens, d_in});
  fixtures::Array w = fixtures::Array::zeros(DType::f32, {d_out, d_in});
  for (std::int64_t i = 0; i < tokens * d_in; ++i) x.as<float>()[i] = static_cast<float>(i % 7 + 1);
  for (std::int64_t i = 0; i < d_out * d_in; ++i) w.as<float>()[i] = static_cast<float>(i % 4 - 1);
  fixtures::Golden y;
  y.name = "y";
  y.want = fixtures::Array::zeros(DType::f64, {tokens, d_out});
  for (std::int64_t t = 0; t < tokens; ++t) {
    for (std::int64_t o = 0; o < d_out; ++o) {
      double& sum = y.want.as<double>()[t * d_out + o];
      for (std::int64_t c = 0; c < d_in; ++c) {
        sum += double{x.as<float>()[t * d_in + c]} * double{w.as<float>()[o * d_in + c]};
      }
    }
  }
  const auto count = static_cast<std::size_t>(tokens * d_out);
  y.tolerance["f32"] = {std::vector<float>(count, 0x1p-20f), std::vector<float>(count, 0x1p-18f),
                        true};
  y.tolerance["f64"] = y.tolerance["f32"];
  test_case.outputs.push_back(y);
  test_case.inputs = {{"x", x}, {"w", w}};
  return test_case;
}

}  // namespace assay::self
