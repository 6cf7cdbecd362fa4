// SPDX-License-Identifier: Apache-2.0
#include "variants/list.h"

#include "variants/plain/plain.h"

namespace assay::variants {

std::span<const BuiltIn> built_in() {
  static constexpr BuiltIn list[] = {
      {"plain", plain_implementation},
  };
  return list;
}

}  // namespace assay::variants
