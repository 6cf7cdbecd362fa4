// SPDX-License-Identifier: Apache-2.0
// Which mistake is made at the moment, asked for at every place where one is woven in.
#pragma once

#include <array>
#include <string_view>
#include <type_traits>

#include "variants/mistakes/kernels.h"
#include "woven/names.h"

namespace assay::mistaken {

/// What one thread computes at the moment.
struct Making {
  Made mistake = Made::none;
  std::string_view kernel;  // "tiled_attention.h"; empty: the loops of the reference
  std::array<bool, mistake_count> reached{};      // the mistakes whose places were met
  std::array<bool, kernels.size()> kernel_met{};  // the kernels that have an op that was met
};

inline constinit thread_local Making making;

/// Whether to go wrong here. Remembers that the place was met.
constexpr bool is_made(Made mistake) {
  if (std::is_constant_evaluated()) return false;
  making.reached[static_cast<std::size_t>(mistake)] = true;
  return making.mistake == mistake;
}

}  // namespace assay::mistaken
