// SPDX-License-Identifier: Apache-2.0
// Calls of a variant in this process, checked against the loops in double with fixed tolerances.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "suites/self/variant_recipes.h"
#include "suites/self/variant_trials.h"
#include "variants/assay.h"

namespace assay::suites {

/// Every other call has its weights prepared. A difference fails the test at hand.
void check_all(const assay_implementation& implementation, const std::vector<Trial>& trials,
               const std::string& number_class, int threads = 1);

/// body() with each of these targets in turn, separated by spaces; then the best one again.
void on_targets(const assay_implementation& implementation, const char* targets,
                const std::function<void()>& body);

}  // namespace assay::suites
