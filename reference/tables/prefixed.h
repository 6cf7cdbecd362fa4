// SPDX-License-Identifier: Apache-2.0
// Tables made of tables: the weights of a layer written once, and repeated under the names that a
// model gives them.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>

#include "reference/tensor_spec.h"

namespace assay::schema {

/// The specs of all tables one after the other.
template <class Spec, std::size_t... counts>
constexpr std::array<Spec, (counts + ...)> joined(const std::array<Spec, counts>&... tables) {
  std::array<Spec, (counts + ...)> all{};
  auto end = all.begin();
  ((end = std::copy(tables.begin(), tables.end(), end)), ...);
  return all;
}

/// The specs of a table with a prefix before each name; `repeated` as in TensorSpec.
template <const auto& table, const std::string_view& prefix, const std::string_view& repeated>
struct Prefixed {
  static constexpr std::size_t length = [] {
    std::size_t sum = 0;
    for (const TensorSpec& spec : table) sum += prefix.size() + spec.name.size();
    return sum;
  }();
  static constexpr std::array<char, length> letters = [] {
    std::array<char, length> all{};
    auto end = all.begin();
    for (const TensorSpec& spec : table) {
      end = std::copy(prefix.begin(), prefix.end(), end);
      end = std::copy(spec.name.begin(), spec.name.end(), end);
    }
    return all;
  }();
  static constexpr auto specs = [] {
    std::array all = table;
    const char* begin = letters.data();
    for (TensorSpec& spec : all) {
      spec.name = {begin, prefix.size() + spec.name.size()};
      spec.repeated = repeated;
      begin += spec.name.size();
    }
    return all;
  }();
};

template <const auto& table, const std::string_view& prefix, const std::string_view& repeated>
inline constexpr const auto& prefixed = Prefixed<table, prefix, repeated>::specs;

/// The specs of a table, all of them optional.
template <std::size_t count>
constexpr std::array<TensorSpec, count> all_optional(std::array<TensorSpec, count> table) {
  for (TensorSpec& spec : table) spec.optional = true;
  return table;
}

}  // namespace assay::schema
