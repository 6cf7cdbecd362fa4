// SPDX-License-Identifier: Apache-2.0
// How numbers are stored: the types a tensor can have, the number classes built on them, and the
// exact conversions between f32/f64 and the 16-bit formats. Everybody may include this file; it
// says nothing about any operation.
#pragma once

#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>

namespace assay {

/// The element types of tensors. Booleans are one byte, 0 or 1.
enum class DType { f64, f32, bf16, f16, i64, boolean };

constexpr std::size_t size_of(DType type) {
  switch (type) {
    case DType::f64:
    case DType::i64:
      return 8;
    case DType::f32:
      return 4;
    case DType::bf16:
    case DType::f16:
      return 2;
    case DType::boolean:
      return 1;
  }
  return 0;
}

constexpr std::string_view name_of(DType type) {
  constexpr std::string_view names[] = {"f64", "f32", "bf16", "f16", "i64", "boolean"};
  return names[static_cast<std::size_t>(type)];
}

constexpr bool is_floating(DType type) { return type != DType::i64 && type != DType::boolean; }

/// A floating storage format: significand bits counting the hidden one, and the exponent of the
/// smallest normal number.
struct Format {
  int significand_bits;
  int min_exponent;
  int max_exponent;  // of the largest finite number, 2^max_exponent <= x < 2^(max_exponent+1)
};

constexpr Format format_of(DType type) {
  switch (type) {
    case DType::f64:
      return {53, -1022, 1023};
    case DType::f32:
      return {24, -126, 127};
    case DType::bf16:
      return {8, -126, 127};
    case DType::f16:
      return {11, -14, 15};
    default:
      return {0, 0, 0};
  }
}

/// The double nearest to `value` that `type` can hold, ties to even; overflow gives infinity, NaN
/// stays NaN. [numerics.round]
inline double round_to(DType type, double value) {
  if (type == DType::f64 || !std::isfinite(value) || value == 0) return value;
  if (type == DType::f32) return static_cast<double>(static_cast<float>(value));
  const Format format = format_of(type);
  int exponent = std::ilogb(value);
  if (exponent < format.min_exponent) exponent = format.min_exponent;
  const int ulp_exponent = exponent - (format.significand_bits - 1);
  const double rounded = std::ldexp(std::nearbyint(std::ldexp(value, -ulp_exponent)), ulp_exponent);
  if (std::fabs(rounded) >= std::ldexp(1.0, format.max_exponent + 1)) {
    return std::copysign(std::numeric_limits<double>::infinity(), value);
  }
  return rounded;
}

/// The distance between neighbours of `type` around |value| (the spacing of subnormals below the
/// smallest normal).
inline double ulp_of(DType type, double value) {
  const Format format = format_of(type);
  const double magnitude = std::fabs(value);
  if (!std::isfinite(magnitude))
    return std::ldexp(1.0, format.max_exponent - format.significand_bits + 1);
  int exponent = magnitude == 0 ? format.min_exponent : std::ilogb(magnitude);
  if (exponent < format.min_exponent) exponent = format.min_exponent;
  return std::ldexp(1.0, exponent - (format.significand_bits - 1));
}

/// f32 -> bf16 bits, round to nearest even. A NaN stays a NaN (quietened, sign and upper payload
/// kept). [numerics.round]
constexpr std::uint16_t bf16_from_f32(float value) {
  const std::uint32_t bits = std::bit_cast<std::uint32_t>(value);
  if ((bits & 0x7fffffffu) > 0x7f800000u) return static_cast<std::uint16_t>((bits >> 16) | 0x0040u);
  const std::uint32_t to_even = 0x7fffu + ((bits >> 16) & 1u);
  return static_cast<std::uint16_t>((bits + to_even) >> 16);
}

constexpr float f32_from_bf16(std::uint16_t bits) {
  return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16);
}

/// f16 bits -> f32, exact for every one of the 65,536 patterns.
constexpr float f32_from_f16(std::uint16_t bits) {
  const std::uint32_t sign = static_cast<std::uint32_t>(bits & 0x8000u) << 16;
  const std::uint32_t exponent = (bits >> 10) & 0x1fu;
  const std::uint32_t fraction = bits & 0x3ffu;
  if (exponent == 0x1f) return std::bit_cast<float>(sign | 0x7f800000u | (fraction << 13));
  if (exponent != 0)
    return std::bit_cast<float>(sign | ((exponent + 112) << 23) | (fraction << 13));
  const float magnitude = static_cast<float>(fraction) * 0x1p-24f;
  return sign ? -magnitude : magnitude;
}

/// f32 -> f16 bits, round to nearest even, overflow to infinity, subnormals kept.
constexpr std::uint16_t f16_from_f32(float value) {
  const std::uint32_t bits = std::bit_cast<std::uint32_t>(value);
  const std::uint16_t sign = static_cast<std::uint16_t>((bits >> 16) & 0x8000u);
  const std::uint32_t magnitude = bits & 0x7fffffffu;
  if (magnitude > 0x7f800000u) return static_cast<std::uint16_t>(sign | 0x7e00u);
  if (magnitude >= 0x477ff000u)
    return static_cast<std::uint16_t>(sign | 0x7c00u);  // 65520 and above
  if (magnitude >= 0x38800000u) {                       // normal in f16
    const std::uint32_t shifted = magnitude - (112u << 23);
    return static_cast<std::uint16_t>(sign | ((shifted + 0xfffu + ((shifted >> 13) & 1u)) >> 13));
  }
  // Subnormal in f16: adding 0.5 puts the ulp of the sum at 2^-24, so the addition itself rounds to
  // nearest even.
  const float sum = std::bit_cast<float>(magnitude) + 0.5f;
  return static_cast<std::uint16_t>(sign | (std::bit_cast<std::uint32_t>(sum) - 0x3f000000u));
}

/// A class names what a conforming implementation may do with numbers: what it stores and what it
/// may round inside. The ULP budgets of elementary functions per class stand in numerics.md.
/// [numerics.class]
struct NumberClass {
  std::string_view name;
  DType storage;     // all floating tensors of a call, additive masks included
  DType arithmetic;  // every + - * / and every sum is rounded to at least this precision
  DType operands;    // the factors of inner products may be rounded to this first
};

inline constexpr NumberClass number_classes[] = {
    {"f64", DType::f64, DType::f64, DType::f64},
    {"f32", DType::f32, DType::f32, DType::f32},
    {"bf16", DType::bf16, DType::f32, DType::f32},
    {"f16", DType::f16, DType::f32, DType::f32},
    {"bf16-mma", DType::bf16, DType::f32, DType::bf16},
    {"f16-mma", DType::f16, DType::f32, DType::f16},
};

constexpr const NumberClass* find_class(std::string_view name) {
  for (const NumberClass& each : number_classes)
    if (each.name == name) return &each;
  return nullptr;
}

}  // namespace assay
