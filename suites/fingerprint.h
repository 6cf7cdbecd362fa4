// SPDX-License-Identifier: Apache-2.0
// A number for some bytes, to see whether they are still the same. Quick; no match for somebody who
// looks for two contents with one number.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace assay::suites {

/// `before` chains several pieces into one number.
inline std::uint64_t fingerprint(std::span<const std::byte> bytes, std::uint64_t before = 0) {
  constexpr std::uint64_t odd = 0x9e3779b97f4a7c15;  // 2^64 divided by the golden ratio
  std::uint64_t mixed = before ^ (bytes.size() * odd);
  while (!bytes.empty()) {
    std::uint64_t word = 0;
    const std::size_t count = bytes.size() < sizeof word ? bytes.size() : sizeof word;
    std::memcpy(&word, bytes.data(), count);
    mixed = std::rotl((mixed ^ word) * odd, 29);
    bytes = bytes.subspan(count);
  }
  return mixed;
}

}  // namespace assay::suites
