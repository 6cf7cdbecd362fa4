// SPDX-License-Identifier: Apache-2.0
// How fast the pairs of rope turn, with every scaling: formed once per call, in double.
#pragma once

#include <vector>

#include "variants/entry.h"

namespace assay::variants {

struct RopeTurning {
  std::vector<double> frequency;  // rotary_dim / 2: radians per position
  double amplitude;               // of cosines and sines
};

/// Throws CallError where the scaling's attributes make no sense.
RopeTurning rope_turning(const Invocation& call, std::size_t rotary_dim);

}  // namespace assay::variants
