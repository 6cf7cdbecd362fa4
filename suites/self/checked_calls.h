// SPDX-License-Identifier: Apache-2.0
// Calls of a variant in this process, checked against the loops in double with fixed tolerances.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "suites/self/variant_recipes.h"
#include "variants/assay.h"

namespace assay::suites {

/// Of the largest finite value of the output: a few thousand roundings of f64, some tens of f32,
/// one of bf16 or f16, or a few where an op is made of several.
double tolerance(const std::string& number_class, bool composite = false);

/// The first difference beyond the tolerance, or nothing.
std::string difference(const NamedValues& got, const NamedValues& want, double tolerance);

/// Every other call has its weights prepared. A difference fails the test at hand.
void check_all(const assay_implementation& implementation, const std::vector<CallRecipe>& recipes,
               const std::string& number_class, int threads = 1);

/// body() with each of these targets in turn, separated by spaces; then the best one again.
void on_targets(const assay_implementation& implementation, const char* targets,
                const std::function<void()>& body);

}  // namespace assay::suites
