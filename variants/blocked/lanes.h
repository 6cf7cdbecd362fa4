// SPDX-License-Identifier: Apache-2.0
// The vector of the variants `blocked` and `threaded`: 16 bytes of plain C++ (the compilers' vector
// type), which every x86-64 processor computes in one instruction and others in a few.
#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>

namespace assay::variants::blocked {

template <class T>
struct Lanes {
  using Number = T;
  static constexpr std::size_t lanes = 16 / sizeof(T);
  using Vector [[gnu::vector_size(16)]] = T;
  using Integer = std::conditional_t<sizeof(T) == 4, std::int32_t, std::int64_t>;
  using Integers [[gnu::vector_size(16)]] = Integer;

  // 12 sums, 2 columns and 1 element: 15 of the 16 registers.
  static constexpr std::size_t tile_rows = 6;
  static constexpr std::size_t tile_vectors = 2;

  static Vector broadcast(T value) { return value - Vector{}; }
  static Vector load(const T* from) {
    Vector v;
    std::memcpy(&v, from, sizeof(v));
    return v;
  }
  static void store(Vector v, T* to) { std::memcpy(to, &v, sizeof(v)); }
  /// Reads and writes nothing beyond `count` elements; the other lanes are `fill`.
  static Vector load_partial(const T* from, std::size_t count, T fill = 0) {
    Vector v = broadcast(fill);
    std::memcpy(&v, from, count * sizeof(T));
    return v;
  }
  static void store_partial(Vector v, T* to, std::size_t count) {
    std::memcpy(to, &v, count * sizeof(T));
  }

  static Vector add(Vector a, Vector b) { return a + b; }
  static Vector sub(Vector a, Vector b) { return a - b; }
  static Vector mul(Vector a, Vector b) { return a * b; }
  static Vector div(Vector a, Vector b) { return a / b; }
  /// Two roundings: the baseline processor has no fused multiply-add, and a call of std::fma for
  /// every lane would be far slower.
  static Vector mul_add(Vector a, Vector b, Vector c) { return a * b + c; }
  static Vector max(Vector a, Vector b) { return a < b ? b : a; }
  static Vector min(Vector a, Vector b) { return b < a ? b : a; }
  static bool all_less(Vector a, Vector b) {
    const Integers less = a < b;
    Integer all = less[0];
    for (std::size_t i = 1; i < lanes; ++i) all &= less[i];
    return all != 0;
  }
  static bool any_less(Vector a, Vector b) {
    const Integers less = a < b;
    Integer any = less[0];
    for (std::size_t i = 1; i < lanes; ++i) any |= less[i];
    return any != 0;
  }
  static Vector if_less(Vector a, Vector b, Vector yes, Vector no) { return a < b ? yes : no; }
  static Vector if_equal(Vector a, Vector b, Vector yes, Vector no) { return a == b ? yes : no; }
  /// x where it is a NaN, else `otherwise`.
  static Vector nan_of(Vector x, Vector otherwise) { return x == x ? otherwise : x; }

  /// To the nearest integer, ties to even, for |v| below 2^22 (2^51): where the ulp is 1, addition
  /// rounds to integers.
  static Vector nearest(Vector v) {
    const Vector one_ulp = broadcast(integer_bits);
    return (v + one_ulp) - one_ulp;
  }
  /// 2^n for integral n of normal results: the integer in the low bits becomes the exponent.
  static Vector power_of_two(Vector n) {
    constexpr int fraction_bits = sizeof(T) == 4 ? 23 : 52;
    const Integers shifted = (Integers)(n + broadcast(integer_bits)) << fraction_bits;
    return (Vector)(shifted + (Integers)broadcast(1));
  }
  /// v 2^n in two factors: neither leaves the range, and a subnormal result is rounded once.
  static Vector times_power_of_two(Vector v, Vector n) {
    const Vector half = nearest(n * broadcast(T(0.5)));
    return v * power_of_two(half) * power_of_two(n - half);
  }

  /// v - floor(v), which rounding may make 1; 0 of an infinity.
  static Vector fraction(Vector v) {
    const Vector n = nearest(v), floor = v < n ? n - broadcast(1) : n;
    // Where nearest() ends, v has no fraction worth an exponential.
    const Vector integers_only = broadcast(integer_bits / 3), magnitude = v < -v ? -v : v;
    return magnitude < integers_only ? v - floor : v - v;
  }
  /// The floor of v, whose fraction is given.
  static Vector floor_of(Vector v, Vector fraction_of_v) { return v - fraction_of_v; }

  /// v 2^n where x is not less than `least`, else 0, whatever v and n are there. A product that
  /// underflows is not even begun: a processor takes some 150 cycles for one.
  static Vector times_power_of_two_from(Vector least, Vector x, Vector v, Vector n) {
    // Twice the largest exponent is enough for infinity.
    const Vector zero{}, most = broadcast(sizeof(T) == 4 ? 256 : 2048);
    const Vector power = times_power_of_two(v, x < least ? zero : min(n, most));
    return x < least ? zero : power;
  }

  /// Elements 0 ... columns_at_once - 1 of `lanes` rows, row_stride apart, as columns.
  static constexpr std::size_t columns_at_once = lanes;
  static void load_columns(const T* rows, std::size_t row_stride, Vector* columns) {
    for (std::size_t c = 0; c < lanes; ++c) {
      Vector column{};
      for (std::size_t r = 0; r < lanes; ++r) column[r] = rows[r * row_stride + c];
      columns[c] = column;
    }
  }

  static Vector swap_neighbours(Vector v) {
    if constexpr (lanes == 4) {
      return __builtin_shufflevector(v, v, 1, 0, 3, 2);
    } else {
      return __builtin_shufflevector(v, v, 1, 0);
    }
  }
  static T sum(Vector v) {
    T total = v[0];
    for (std::size_t i = 1; i < lanes; ++i) total += v[i];
    return total;
  }
  static T largest(Vector v) {
    T most = v[0];
    for (std::size_t i = 1; i < lanes; ++i) most = most < v[i] ? v[i] : most;
    return most;
  }

 private:
  /// 1.5 2^23 (1.5 2^52): adding it leaves integers in the low bits of the significand.
  static constexpr T integer_bits = sizeof(T) == 4 ? T(0x1.8p23) : T(0x1.8p52);
};

}  // namespace assay::variants::blocked
