// SPDX-License-Identifier: Apache-2.0
// A case of one's own, written on the command line: an op with extents, attributes and what its
// inputs are filled with.
#pragma once

#include <string>
#include <vector>

#include "fixtures/recipe.h"

namespace assay::suites {

/// What 'attention seq_len=97 n_heads=12 causal=bottom_right keep q=normal:2 scores' says: an op,
/// then in any order extents of shape words, attributes, fills of inputs, optional inputs by name
/// (filled as usual), optional outputs by name, and seed=N. Everything else is ordinary. The
/// weights of all layers are named at once: feed_forward.w_gate.
///   fills: a number; normal[:scale[:offset]]; uniform:low:high; counting[:first[:step]];
///   below:limit
/// `classes` empty: f32. Throws UsageError for a word that means nothing for this op.
fixtures::CaseRecipe own_recipe(const std::string& text, const std::vector<std::string>& classes);

}  // namespace assay::suites
