// SPDX-License-Identifier: Apache-2.0
// The rounding and flushing modes of the calling thread, which no implementation may leave changed.
#pragma once

#include <cstdint>
#include <string>

namespace assay::suites {

/// The control bits only: the sticky exception flags may change as they like.
struct FloatEnvironment {
  std::uint32_t control = 0;      // MXCSR on x86, FPCR on ARM, else the rounding mode
  std::uint32_t x87_control = 0;  // x86 only

  static FloatEnvironment current();
  void restore() const;
  friend bool operator==(const FloatEnvironment&, const FloatEnvironment&) = default;
};

/// What differs, in words: "flush-to-zero is on, rounding is upward".
std::string difference(const FloatEnvironment& before, const FloatEnvironment& after);

}  // namespace assay::suites
