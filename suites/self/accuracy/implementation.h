// SPDX-License-Identifier: Apache-2.0
// Right and wrong implementations, written for the experiments of docs/accuracy.md: many honest
// ways to compute each op, and the mistakes that a tolerance should tell from them.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "fixtures/case.h"

namespace assay::accuracy {

/// The inputs of a case as doubles, which hold them exactly.
struct Problem {
  explicit Problem(const fixtures::Case& test_case);

  std::map<std::string, std::vector<double>, std::less<>> floating;
  std::map<std::string, std::vector<std::int64_t>, std::less<>> integers;
  std::map<std::string, std::vector<std::size_t>, std::less<>> shape;
  Attributes attributes;

  [[nodiscard]] std::size_t extent(std::string_view input, std::size_t axis) const {
    return shape.find(input)->second.at(axis);
  }
  [[nodiscard]] bool has(std::string_view input) const { return shape.contains(input); }
  [[nodiscard]] double f64(std::string_view name) const {
    return std::get<double>(attributes.find(name)->second);
  }
  [[nodiscard]] const std::string& string(std::string_view name) const {
    return std::get<std::string>(attributes.find(name)->second);
  }
  template <class Real>
  [[nodiscard]] std::vector<Real> as(std::string_view input) const {
    const std::vector<double>& values = floating.find(input)->second;
    return {values.begin(), values.end()};
  }
};

/// One way to compute the first output of an op, in f32 and in f64.
struct Implementation {
  std::string op, name;
  bool right;
  std::function<std::vector<double>(const Problem&)> in_f32, in_f64;
};

/// `compute<Real>(problem)` gives a vector<Real>.
template <class Compute>
Implementation implementation(std::string op, std::string name, bool right, Compute compute) {
  const auto widened = [](const auto& values) {
    return std::vector<double>(values.begin(), values.end());
  };
  return {
      std::move(op), std::move(name), right,
      [=](const Problem& problem) { return widened(compute.template operator()<float>(problem)); },
      [=](const Problem& problem) {
        return widened(compute.template operator()<double>(problem));
      }};
}

using Implementations = std::vector<Implementation>;
void add_linear(Implementations& all);
void add_softmax(Implementations& all);
void add_norms(Implementations& all);
void add_rope(Implementations& all);
void add_attention(Implementations& all);
Implementations all_implementations();

/// x with its significand cut to this many bits, to nearest even: 8 for bf16, 11 for f16 and TF32.
double cut(double x, int significand_bits);

}  // namespace assay::accuracy
