// SPDX-License-Identifier: Apache-2.0
// Instruction sets as the targets of a variant: their names, and the one that it was told to use.
#pragma once

#include <atomic>

#include "variants/simd/instruction_sets.h"

namespace assay::variants::simd {

/// Of all instruction sets, best first, separated by spaces.
const char* target_names();
/// Its place in instruction_sets(); their number, and an error to be asked for, where this CPU
/// lacks it.
std::size_t find_target(const char* name);

/// The choice of one variant.
template <class Variant>
class Targets {
 public:
  static int32_t select(const char* name) {
    const std::size_t found = find_target(name);
    if (found == instruction_sets().size()) return ASSAY_FAILED;
    chosen() = found;
    return ASSAY_OK;
  }
  /// The latest choice, or the best.
  static std::size_t current() {
    if (instruction_sets().empty()) throw Unsupported("this CPU has no vectors of 16 bytes");
    return chosen();
  }

 private:
  static std::atomic<std::size_t>& chosen() {
    static std::atomic<std::size_t> index{0};
    return index;
  }
};

}  // namespace assay::variants::simd
