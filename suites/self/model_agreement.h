// SPDX-License-Identifier: Apache-2.0
// How far the golden of a case is from the witnesses that it carries, row by row.
#pragma once

#include <string>

#include "fixtures/case.h"

namespace assay::self {

struct RowDistance {
  double largest = 0;  // |witness - golden| / largest |witness| of the row, over all elements
  std::string where;   // "logits row 3"
  std::size_t outputs = 0;
};

/// Evaluates the reference in 113-bit floats. The names of the case's outputs are what is computed.
RowDistance distance_from_witnesses(const fixtures::Case& test_case);

}  // namespace assay::self
