// SPDX-License-Identifier: Apache-2.0
#include "suites/self/model_agreement.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "fixtures/spread.h"
#include "reference/schema.h"

namespace assay::self {
namespace {

using fixtures::Golden;
using fixtures::OutputSlot;

double magnitude_of(const double* row, std::size_t length) {
  double largest = 0;
  for (std::size_t c = 0; c < length; ++c) largest = std::max(largest, std::fabs(row[c]));
  return largest;
}

}  // namespace

RowDistance distance_from_witnesses(const fixtures::Case& test_case) {
  std::vector<std::string> optional;
  for (const Golden& output : test_case.outputs) {
    const TensorSpec* spec = find_named(find_op(test_case.op)->outputs, output.name);
    if (spec->optional) optional.push_back(output.name);
  }
  const std::vector<OutputSlot> slots = fixtures::output_slots(test_case, optional);
  const fixtures::ExactOutputs exact =
      fixtures::exact_outputs(test_case, slots, *find_class("f64"));
  RowDistance result;
  for (std::size_t s = 0; s < slots.size(); ++s) {
    const auto golden = std::ranges::find(test_case.outputs, slots[s].name, &Golden::name);
    if (!golden->witness) continue;
    ++result.outputs;
    const Shape& shape = slots[s].shape;
    const bool one_per_row = shape.size() == 1;  // a loss per token, say
    const auto length =
        static_cast<std::size_t>(one_per_row ? 1 : std::max<std::int64_t>(1, shape.back()));
    const auto* witness = golden->witness->as<double>();
    for (std::size_t i = 0; i < slots[s].count(); ++i) {
      const double magnitude = magnitude_of(witness + i / length * length, length);
      const double error = std::fabs(exact.outputs[s].high[i] - witness[i]);
      const double distance = error == 0 ? 0 : error / magnitude;
      if (std::isnan(distance) || distance > result.largest) {
        result.largest = std::isnan(distance) ? std::numeric_limits<double>::infinity() : distance;
        result.where = slots[s].name + " row " + std::to_string(i / length);
      }
    }
  }
  return result;
}

}  // namespace assay::self
