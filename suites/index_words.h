// SPDX-License-Identifier: Apache-2.0
// The axes of an output in words: "head 2, query 5, channel 3" rather than [0, 2, 5, 3].
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "reference/schema.h"

namespace assay::suites {

/// What one index along each axis of an output is called, outermost first, as it lies in memory
/// (after the exchange of a "bshd" layout): {"batch", "head", "query", "channel"}.
std::vector<std::string> axis_words(const OpSchema& op, const Attributes& attributes,
                                    std::string_view output);

/// The index of element `flat` of a C-contiguous tensor.
Shape index_of(std::size_t flat, const Shape& shape);

/// "batch 0, head 2, query 5, channel 3".
std::string index_text(const std::vector<std::string>& words, const Shape& index);

}  // namespace assay::suites
