// SPDX-License-Identifier: Apache-2.0
// Elements of tensors as the implementations see them, read as doubles and written from the arrays
// of a case.
#pragma once

#include <cstddef>
#include <cstring>
#include <span>

#include "fixtures/case.h"
#include "reference/storage.h"

namespace assay::suites {

/// One element of a storage type. Memory may be unaligned: outputs that end flush with a page are.
template <DType type>
inline double element(const std::byte* bytes, std::size_t index) {
  const auto read = [&]<class Stored>(Stored value) {
    std::memcpy(&value, bytes + index * sizeof(Stored), sizeof(Stored));
    return value;
  };
  if constexpr (type == DType::f64) return read(double{});
  if constexpr (type == DType::f32) return static_cast<double>(read(float{}));
  if constexpr (type == DType::bf16)
    return static_cast<double>(f32_from_bf16(read(std::uint16_t{})));
  if constexpr (type == DType::f16) return static_cast<double>(f32_from_f16(read(std::uint16_t{})));
  if constexpr (type == DType::i64) return static_cast<double>(read(std::int64_t{}));
  if constexpr (type == DType::boolean) return static_cast<double>(read(std::uint8_t{}));
}

/// Calls `body` with the type as a compile-time constant: body.template operator()<DType::f32>().
template <class Body>
decltype(auto) with_type(DType type, Body&& body) {
  switch (type) {
    case DType::f64:
      return body.template operator()<DType::f64>();
    case DType::f32:
      return body.template operator()<DType::f32>();
    case DType::bf16:
      return body.template operator()<DType::bf16>();
    case DType::f16:
      return body.template operator()<DType::f16>();
    case DType::i64:
      return body.template operator()<DType::i64>();
    case DType::boolean:
      break;
  }
  return body.template operator()<DType::boolean>();
}

inline double element(DType type, const std::byte* bytes, std::size_t index) {
  return with_type(type, [&]<DType constant>() { return element<constant>(bytes, index); });
}

/// Writes `array` as `type` into `out`, which has room for it. Floating values must be exact there,
/// as those of a case are in each of its classes; they are rounded to nearest otherwise.
void store_elements(const fixtures::Array& array, DType type, std::span<std::byte> out);

}  // namespace assay::suites
