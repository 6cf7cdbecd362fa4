// SPDX-License-Identifier: Apache-2.0
// The values that configure a call beside its tensors: five tagged kinds, every one of them written
// out in every call.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <variant>
#include <vector>

namespace assay {

/// The order of the alternatives is that of AttributeKind and of the C ABI's tags.
using Attribute = std::variant<std::int64_t, double, bool, std::string, std::vector<std::int64_t>>;
enum class AttributeKind { i64, f64, boolean, string, i64_list };

inline AttributeKind kind_of(const Attribute& value) {
  return static_cast<AttributeKind>(value.index());
}

using Attributes = std::map<std::string, Attribute, std::less<>>;
using Shape = std::vector<std::int64_t>;

}  // namespace assay
