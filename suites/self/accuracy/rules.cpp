// SPDX-License-Identifier: Apache-2.0
// The published figures of the other tools stand in the header.
#include "suites/self/accuracy/rules.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace assay::accuracy {
namespace {

struct Close {
  double rtol, atol;
};

Close assert_close_of(DType storage) {
  if (storage == DType::f64) return {1e-7, 1e-7};
  return storage == DType::f32 ? Close{1.3e-6, 1e-5} : Close{1.6e-2, 1e-5};
}

}  // namespace

std::array<double, rule_count> shares(const fixtures::Golden& golden,
                                      const NumberClass& number_class,
                                      const std::vector<double>& got) {
  const std::string name(number_class.name);
  const double* want = golden.want_for(name).as<double>();
  const fixtures::Tolerance& tolerance = golden.tolerance.at(name);
  const Close close = assert_close_of(number_class.storage);
  std::array<double, rule_count> share{};
  const auto raise = [&](Rule rule, double error, double allowed) {
    double& worst = share[static_cast<std::size_t>(rule)];
    if (!(error <= 0)) worst = std::max(worst, error / allowed);
    if (std::isnan(error)) worst = std::numeric_limits<double>::infinity();
  };
  double squared_errors = 0, squares = 0;
  for (std::size_t i = 0; i < got.size(); ++i) {
    const double stored = round_to(number_class.storage, got[i]);
    const double error = std::fabs(stored - want[i]);
    raise(Rule::budget, error, static_cast<double>(tolerance.budget[i]));
    raise(Rule::bound, error, static_cast<double>(tolerance.bound[i]));
    const double expected = round_to(number_class.storage, want[i]);
    const double difference = std::fabs(stored - expected);
    raise(Rule::assert_close, difference, close.atol + close.rtol * std::fabs(expected));
    raise(Rule::onnx, difference, 1e-7 + 1e-3 * std::fabs(expected));
    squared_errors += difference * difference;
    squares += expected * expected;
  }
  raise(Rule::nmse, squared_errors / squares, 1e-7);
  return share;
}

}  // namespace assay::accuracy
