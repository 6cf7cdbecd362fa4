// SPDX-License-Identifier: Apache-2.0
// The texts in kernels/, each of which computes one op in another structure than the loops, for
// mistakes that loops cannot make.
#pragma once

#include <array>
#include <string_view>

namespace assay::mistaken {

struct Kernel {
  std::string_view header, op;
};

inline constexpr std::array kernels = {
    Kernel{"lane_linear.h", "linear"},        Kernel{"lane_rope.h", "rope"},
    Kernel{"lane_softmax.h", "softmax"},      Kernel{"split_attention.h", "attention"},
    Kernel{"tiled_attention.h", "attention"}, Kernel{"welford_norm.h", "layer_norm"},
};

}  // namespace assay::mistaken
