// SPDX-License-Identifier: Apache-2.0
// What a kernel's author would call an order of additions: sequential, lanes, blocks, pairwise.
#pragma once

#include <string>

#include "suites/summation_tree.h"

namespace assay::suites {

/// "sequential", "8 lanes, folded in halves", "blocks of 32, each sequential, joined sequentially";
/// "irregular" for what has no such name.
std::string shape_in_words(const SumNode& tree);

}  // namespace assay::suites
