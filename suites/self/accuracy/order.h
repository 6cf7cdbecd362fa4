// SPDX-License-Identifier: Apache-2.0
// The ways in which honest kernels form a sum, in the arithmetic of `Real`. For experiments on
// tolerances; the reference and the noisy numbers have their own sums.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace assay::accuracy {

enum class Order {
  forward,
  reverse,
  pairwise,
  lanes4,
  lanes8,
  lanes16,
  blocks32,
  blocks64,
  three_parts,
  shuffled,
  kahan,
  wider,  // f64 for f32
  fused,  // multiply-add without rounding the product
  fused_lanes8
};
inline constexpr std::string_view order_names[] = {
    "forward",  "reverse",         "pairwise",     "4 lanes",       "8 lanes",
    "16 lanes", "blocks of 32",    "blocks of 64", "3 parts",       "shuffled",
    "Kahan",    "f64 accumulator", "fused",        "fused, 8 lanes"};
inline constexpr int order_count = 14;

template <class Real>
using Wider = std::conditional_t<std::is_same_v<Real, float>, double, long double>;

/// a(0) * b(0) + ... + a(n-1) * b(n-1).
template <class Real, class A, class B>
Real dot(Order order, std::size_t n, const A& a, const B& b) {
  const bool fused = order == Order::fused || order == Order::fused_lanes8;
  const auto add = [&](Real total, std::size_t i) {
    if (fused) return std::fma(static_cast<Real>(a(i)), static_cast<Real>(b(i)), total);
    const Real product = a(i) * b(i);
    return static_cast<Real>(total + product);
  };
  const auto range = [&](std::size_t first, std::size_t end) {
    Real total = 0;
    for (std::size_t i = first; i < end; ++i) total = add(total, i);
    return total;
  };
  const auto pieces = [&](std::size_t length) {
    Real total = 0;
    for (std::size_t first = 0; first < n; first += length) {
      total += range(first, std::min(n, first + length));
    }
    return total;
  };
  const auto lanes = [&](std::size_t count) {
    Real lane[16] = {};
    for (std::size_t i = 0; i < n; ++i) lane[i % count] = add(lane[i % count], i);
    for (std::size_t half = count / 2; half > 0; half /= 2) {
      for (std::size_t l = 0; l < half; ++l) lane[l] += lane[l + half];
    }
    return lane[0];
  };
  const auto halved = [&](const auto& self, std::size_t first, std::size_t end) -> Real {
    if (end - first <= 2) return range(first, end);
    const std::size_t middle = first + (end - first) / 2;
    const Real low = self(self, first, middle);
    const Real high = self(self, middle, end);
    return low + high;
  };
  Real total = 0;
  switch (order) {
    case Order::forward:
    case Order::fused:
      return range(0, n);
    case Order::reverse:
      for (std::size_t i = n; i-- > 0;) total = add(total, i);
      return total;
    case Order::pairwise:
      return halved(halved, 0, n);
    case Order::lanes4:
      return lanes(4);
    case Order::lanes8:
    case Order::fused_lanes8:
      return lanes(8);
    case Order::lanes16:
      return lanes(16);
    case Order::blocks32:
      return pieces(32);
    case Order::blocks64:
      return pieces(64);
    case Order::three_parts:
      return pieces(n / 3 + 1);
    case Order::shuffled: {
      // i -> (first + i * step) mod n visits everything once if step and n share no factor.
      std::size_t step = n * 5 / 13 + 1;
      const auto shares_factor = [n](std::size_t s) {
        std::size_t x = s, y = n;
        while (y != 0) x = std::exchange(y, x % y);
        return x != 1;
      };
      while (shares_factor(step)) ++step;
      for (std::size_t i = 0; i < n; ++i) total = add(total, (n / 2 + i * step) % n);
      return total;
    }
    case Order::kahan: {
      Real lost = 0;
      for (std::size_t i = 0; i < n; ++i) {
        const Real product = a(i) * b(i);
        const Real next = product - lost;
        const Real grown = total + next;
        lost = (grown - total) - next;
        total = grown;
      }
      return total;
    }
    case Order::wider: {
      Wider<Real> wide = 0;
      for (std::size_t i = 0; i < n; ++i) wide += static_cast<Wider<Real>>(a(i)) * b(i);
      return static_cast<Real>(wide);
    }
  }
  return total;
}

template <class Real, class Term>
Real sum(Order order, std::size_t n, const Term& term) {
  return dot<Real>(order, n, term, [](std::size_t) { return Real(1); });
}

}  // namespace assay::accuracy
