// SPDX-License-Identifier: Apache-2.0
// Where the outputs of two calls that should be the same first have other bits.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "fixtures/case.h"

namespace assay::suites {

struct Difference {
  std::string output;
  Shape index;
  std::string index_text;              // "token 3, channel 0"
  std::string first_text, other_text;  // both values, decimal and hexadecimal
  std::size_t elements = 0;            // of all outputs, how many differ
};

/// Nothing where all bits are the same. `first` and `other` hold the outputs of the case, which may
/// be of other extents; one that is empty in `first` is not looked at.
std::optional<Difference> first_difference(const fixtures::Case& test_case,
                                           const std::vector<fixtures::Array>& first,
                                           const std::vector<fixtures::Array>& other);

}  // namespace assay::suites
