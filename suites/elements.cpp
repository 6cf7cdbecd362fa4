// SPDX-License-Identifier: Apache-2.0
#include "suites/elements.h"

namespace assay::suites {
namespace {

template <DType type>
void write(std::byte* bytes, std::size_t index, double value) {
  const auto put = [&](auto stored) {
    std::memcpy(bytes + index * sizeof stored, &stored, sizeof stored);
  };
  if constexpr (type == DType::f64) put(value);
  if constexpr (type == DType::f32) put(static_cast<float>(value));
  // Exact values fit f32 on their way to 16 bits, so there is no double rounding.
  if constexpr (type == DType::bf16) put(bf16_from_f32(static_cast<float>(value)));
  if constexpr (type == DType::f16) put(f16_from_f32(static_cast<float>(value)));
}

}  // namespace

void store_elements(const fixtures::Array& array, DType type, std::span<std::byte> out) {
  if (array.dtype == type) {
    if (!array.bytes.empty()) std::memcpy(out.data(), array.bytes.data(), array.bytes.size());
    return;
  }
  const std::size_t count = array.count();
  with_type(array.dtype, [&]<DType from>() {
    with_type(type, [&]<DType to>() {
      for (std::size_t i = 0; i < count; ++i) {
        write<to>(out.data(), i, element<from>(array.bytes.data(), i));
      }
    });
  });
}

}  // namespace assay::suites
