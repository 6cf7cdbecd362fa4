// SPDX-License-Identifier: Apache-2.0
// What a block or a model of one's own consists of when nobody says so: which optional inputs it
// has, and numbers that keep the stream at about the same size in every layer.
#pragma once

#include <optional>
#include <set>
#include <string>

#include "fixtures/recipe.h"

namespace assay::suites {

/// The specs' names that a part of a model may mean: "feed_forward.w_gate" all of
/// layers.*.feed_forward.w_gate. Empty: none.
std::set<std::string> specs_meant(const OpSchema& op, const std::string& word);

/// The optional inputs, by the names of their specs, that go with what was named: norms and a
/// feed-forward network, cross-attention with a memory, all parts of a cache with one of them.
std::set<std::string> usual_inputs(const OpSchema& op, const Attributes& attributes,
                                   const std::set<std::string>& named);

/// The fill of an input of a model; nothing where any other op would do the same.
std::optional<fixtures::Fill> model_fill(const TensorSpec& spec, const Words& words);

}  // namespace assay::suites
