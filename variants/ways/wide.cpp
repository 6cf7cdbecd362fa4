// SPDX-License-Identifier: Apache-2.0
// Everything in the next wider type, rounded once at the output: f64 for f32 and the 16-bit
// classes, long double for f64.
#include "variants/ways/evaluation.h"
#include "variants/ways/evaluations.h"

namespace assay::variants::ways {

void evaluate_wide(const Invocation& invocation) { evaluate_in<double, long double>(invocation); }

}  // namespace assay::variants::ways
