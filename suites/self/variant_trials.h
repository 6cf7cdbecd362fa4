// SPDX-License-Identifier: Apache-2.0
// Calls with what the reference in double makes of them, computed once for all the variants,
// targets and numbers of threads that are compared with it.
#pragma once

#include <string>
#include <vector>

#include "suites/self/variant_calls.h"

namespace assay::suites {

/// Of the largest finite value of the output: a few thousand roundings of f64, some tens of f32,
/// one of bf16 or f16, or a few where an op is made of several.
double tolerance(const std::string& number_class, bool composite = false);

/// The first difference beyond the tolerance, or nothing.
std::string difference(const NamedValues& got, const NamedValues& want, double tolerance);

/// A call, what comes out of it in double, and how far from that it may be.
struct Trial {
  CallRecipe recipe;
  NamedValues in_double;
  double tolerance;
};

/// Of the calls in the number class, without those of which the reference in double says nothing.
std::vector<Trial> trials_of(const std::vector<CallRecipe>& recipes,
                             const std::string& number_class);

}  // namespace assay::suites
