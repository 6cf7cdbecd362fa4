// SPDX-License-Identifier: Apache-2.0
#include "suites/sparse_answers.h"

#include <algorithm>
#include <limits>
#include <set>

#include "reference/shape.h"
#include "suites/row_sample.h"

namespace assay::suites {
namespace {

using fixtures::Array;
using fixtures::Case;
using fixtures::Golden;
using fixtures::Tolerance;

constexpr float no_demand = std::numeric_limits<float>::infinity();

void scatter(const Array& from, const std::vector<std::size_t>& places, Array& to,
             const Shape& shape) {
  if (to.bytes.empty()) to = Array::zeros(DType::f64, shape);
  for (std::size_t i = 0; i < places.size(); ++i) to.as<double>()[places[i]] = from.as<double>()[i];
}

void scatter(const Tolerance& from, const std::vector<std::size_t>& places, Tolerance& to,
             std::size_t count) {
  if (to.budget.empty()) {
    to.budget.assign(count, no_demand);
    to.bound.assign(count, no_demand);
  }
  to.bound_is_proved = from.bound_is_proved;
  for (std::size_t i = 0; i < places.size(); ++i) {
    to.budget[places[i]] = from.budget[i];
    to.bound[places[i]] = from.bound[i];
  }
}

void add_sample(const Golden& small, const std::vector<std::size_t>& places, Golden& big) {
  scatter(small.want, places, big.want, big.want.shape);
  for (const auto& [number_class, want] : small.want_in)
    scatter(want, places, big.want_in[number_class], big.want.shape);
  for (const auto& [number_class, tolerance] : small.tolerance)
    scatter(tolerance, places, big.tolerance[number_class], big.want.count());
}

}  // namespace

std::size_t answer_sampled_rows(Case& big, const fixtures::RunProgress& on_run) {
  for (const Golden& output : big.outputs)
    if (!is_floating(output.want.dtype))
      throw CallError(big.full_id() + ": " + output.name + " has no budget to leave elements out");
  std::vector<RowSample> samples = row_samples(big);
  std::set<std::pair<std::string, std::size_t>> answered;
  for (RowSample& sample : samples) {
    answer(sample, on_run);
    for (Golden& output : big.outputs) {
      const auto small = std::find_if(sample.small.outputs.begin(), sample.small.outputs.end(),
                                      [&](const Golden& each) { return each.name == output.name; });
      const std::vector<std::size_t>& places = sample.places.at(output.name);
      add_sample(*small, places, output);
      for (const std::size_t place : places) answered.emplace(output.name, place);
    }
  }
  return answered.size();
}

}  // namespace assay::suites
