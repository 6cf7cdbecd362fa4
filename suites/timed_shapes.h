// SPDX-License-Identifier: Apache-2.0
// The shapes whose speed is worth knowing: those of a small decoder (12 heads of 64 channels,
// d_model 768, vocabulary 50257) reading a prompt and writing a token.
#pragma once

#include <vector>

#include "fixtures/recipe.h"

namespace assay::suites {

/// In class f32. The id says the shape: "causal-512-12x64".
std::vector<fixtures::CaseRecipe> timed_shapes();

}  // namespace assay::suites
