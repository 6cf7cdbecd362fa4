// SPDX-License-Identifier: Apache-2.0
// The shape words of an op the other way round: from extents to the shapes of its tensors.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "reference/shape.h"

namespace assay::suites {

/// Every word in the shapes of the inputs that no attribute gives, in order of appearance.
std::vector<std::string> shape_words(const OpSchema& op);

bool is_shape_word(const OpSchema& op, std::string_view word);

/// `given` completed: head counts and lengths that are usually equal follow each other, everything
/// else gets a middling extent; past_len is 0.
Words ordinary_extents(const OpSchema& op, Words given);

/// The shape of a tensor of the op; under layout "bshd" axes 1 and 2 of those laid out change
/// places.
Shape shape_of(const TensorSpec& spec, const Words& words, bool bshd);

}  // namespace assay::suites
