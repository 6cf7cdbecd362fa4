// SPDX-License-Identifier: Apache-2.0
// Calls large enough that an implementation shares their work among threads, which the committed
// cases, made small, are not. They have no answers.
#pragma once

#include <vector>

#include "fixtures/case.h"

namespace assay::suites {

/// One or two per op, with the id "large" or "large-...", in classes f32 and f64. No extent is a
/// multiple of a tile.
std::vector<fixtures::Case> shared_work_cases();

}  // namespace assay::suites
