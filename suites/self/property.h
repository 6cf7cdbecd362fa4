// SPDX-License-Identifier: Apache-2.0
// What the property tests are written against: a function from a call to its outputs. Today it is
// the reference in double; an implementation behind the worker fits the same type.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "fixtures/case.h"
#include "fixtures/slices.h"

namespace assay::suites::self {

using Tensors = std::map<std::string, fixtures::Array, std::less<>>;

/// A call written for a property. Floating tensors are f64; attributes left out are ordinary.
struct PropertyCall {
  std::string op;
  std::vector<std::pair<std::string, std::string>> attributes;  // as text; a later one wins
  Tensors inputs;
  std::vector<std::string> optional_outputs;
  std::string number_class = "f64";

  [[nodiscard]] PropertyCall with(std::string attribute, std::string value) const;
  [[nodiscard]] PropertyCall with(std::string input, fixtures::Array array) const;
  [[nodiscard]] PropertyCall without(const std::string& input) const;
  [[nodiscard]] PropertyCall asking_for(std::string output) const;
};

/// All outputs of the call, floating ones in f64. Throws CallError where the call is none.
using Evaluate = std::function<Tensors(const PropertyCall&)>;

/// The reference's loops in double.
Tensors evaluate_reference(const PropertyCall& call);

/// The implementation under test.
const Evaluate& implementation();

/// f64, mean 0 and variance 1, from a stream of this key.
fixtures::Array normal(Shape shape, std::uint64_t key, double scale = 1);
fixtures::Array filled(Shape shape, double value);
fixtures::Array floats(Shape shape, const std::vector<double>& values);
fixtures::Array integers(Shape shape, const std::vector<std::int64_t>& values);
fixtures::Array booleans(Shape shape, const std::vector<int>& values);
/// first, first + 1, ... in C order.
fixtures::Array counted(Shape shape, std::int64_t first = 0);

using fixtures::joined;
using fixtures::range;
using fixtures::slices;

/// The array with slice `at` along an axis filled with a value.
fixtures::Array overwritten(fixtures::Array array, std::size_t axis, std::int64_t at, double value);

bool same_bits(const fixtures::Array& a, const fixtures::Array& b);
/// The largest |a - b|, infinite where the shapes differ or one alone is NaN.
double difference(const fixtures::Array& a, const fixtures::Array& b);

/// What rounding in double may leave between two ways to compute numbers of size 1.
inline constexpr double rounding = 1e-12;

}  // namespace assay::suites::self
