// SPDX-License-Identifier: Apache-2.0
// Philox4x32-10: random numbers as a function of a counter and a key, with no state to carry along
// or to share. J. K. Salmon, M. A. Moraes, R. O. Dror, D. E. Shaw, "Parallel random numbers: as
// easy as 1, 2, 3", SC11, 2011, section 4.3. Known answers stand in sampling.md.
#pragma once

#include <array>
#include <cstdint>

namespace assay::reference {

using PhiloxCounter = std::array<std::uint32_t, 4>;
using PhiloxKey = std::array<std::uint32_t, 2>;

/// The four output words x0..x3 for this counter and key. Integers only: the same everywhere.
constexpr PhiloxCounter philox_words(PhiloxCounter counter, PhiloxKey key) {
  // Multipliers that mix well, found by the authors' search (table 2 of the paper).
  constexpr std::uint64_t multiplier[2] = {0xD2511F53u, 0xCD9E8D57u};
  // Steps of the key from round to round: fractional parts of the golden ratio and of sqrt(3).
  constexpr PhiloxKey step = {0x9E3779B9u, 0xBB67AE85u};

  for (int round = 0; round < 10; ++round) {
    // Each product has 64 bits; its upper half carries the mixing, its lower half the permutation.
    const std::uint64_t product0 = multiplier[0] * counter[0];
    const std::uint64_t product1 = multiplier[1] * counter[2];
    counter = {static_cast<std::uint32_t>(product1 >> 32) ^ counter[1] ^ key[0],
               static_cast<std::uint32_t>(product1),
               static_cast<std::uint32_t>(product0 >> 32) ^ counter[3] ^ key[1],
               static_cast<std::uint32_t>(product0)};
    key = {key[0] + step[0], key[1] + step[1]};
  }
  return counter;
}

/// The uniform number of one row: a multiple of 2^-24 in [0, 1), exact in binary32. It depends on
/// nothing but these three numbers, so a row's draw is the same alone, in any batch, in any order.
constexpr double uniform_of(std::int64_t seed, std::int64_t step, std::int64_t stream) {
  const auto low = [](std::int64_t value) {
    return static_cast<std::uint32_t>(static_cast<std::uint64_t>(value));
  };
  const auto high = [](std::int64_t value) {
    return static_cast<std::uint32_t>(static_cast<std::uint64_t>(value) >> 32);
  };
  const PhiloxCounter counter = {low(step), high(step), low(stream), high(stream)};
  const PhiloxCounter words = philox_words(counter, {low(seed), high(seed)});  // [sampling.uniform]
  // 24 bits fit the significand of binary32, so that no conversion can round up to 1.
  return static_cast<double>(words[0] >> 8) * 0x1p-24;
}

}  // namespace assay::reference
