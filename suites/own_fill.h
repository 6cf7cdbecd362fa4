// SPDX-License-Identifier: Apache-2.0
// What the inputs of an own case hold: as somebody wrote it, or as is usual.
#pragma once

#include <charconv>
#include <optional>
#include <string>
#include <string_view>

#include "fixtures/recipe.h"
#include "reference/shape.h"

namespace assay::suites {

/// A number that takes the whole text.
template <class Value>
std::optional<Value> number(std::string_view text) {
  Value value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// "0.5", "normal:2:1", "uniform:0:1", "counting:0:1", "below:9". Throws UsageError for anything
/// else.
fixtures::Fill fill_from(const std::string& text);

/// What an input holds when nobody says so: valid for the op, and telling.
fixtures::Fill ordinary_fill(const TensorSpec& spec, const Words& words);

}  // namespace assay::suites
