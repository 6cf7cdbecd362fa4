// SPDX-License-Identifier: Apache-2.0
// Samplers in this process, for the tests of the statistics: a right one, and ones with a bias that
// samplers are known to have.
#pragma once

#include <string>
#include <vector>

#include "suites/draw_plan.h"

namespace assay::self {

/// Draws with the spec's numbers.
suites::Sampler right_sampler();

/// Right too, with numbers that are not the spec's.
suites::Sampler foreign_sampler();

struct BiasedSampler {
  std::string bias;
  suites::Sampler sampler;
};
std::vector<BiasedSampler> biased_samplers();

}  // namespace assay::self
