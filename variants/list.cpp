// SPDX-License-Identifier: Apache-2.0
#include "variants/list.h"

#include "variants/blocked/blocked.h"
#include "variants/plain/plain.h"
#include "variants/simd/simd.h"
#include "variants/threaded/threaded.h"

namespace assay::variants {

std::span<const BuiltIn> built_in() {
  static constexpr BuiltIn list[] = {
      {"plain", plain_implementation},
      {"blocked", blocked_implementation},
      {"simd", simd_implementation},
      {"threaded", threaded_implementation},
  };
  return list;
}

}  // namespace assay::variants
