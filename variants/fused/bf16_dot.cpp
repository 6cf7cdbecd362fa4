// SPDX-License-Identifier: Apache-2.0
#include "variants/fused/bf16_dot.h"

#include <vector>

namespace assay::variants::fused {

std::span<const Bf16Dot> bf16_dots() {
  static const std::vector<Bf16Dot> dots = [] {
    std::vector<Bf16Dot> found;
    for (const Bf16Dot* each : {amx_dot(), avx512_dot()}) {
      if (each != nullptr) found.push_back(*each);
    }
    return found;
  }();
  return dots;
}

}  // namespace assay::variants::fused
