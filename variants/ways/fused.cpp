// SPDX-License-Identifier: Apache-2.0
#include "variants/ways/fused.h"

#include "variants/ways/evaluation.h"
#include "variants/ways/evaluations.h"

namespace assay::variants::ways {

void evaluate_fused(const Invocation& invocation) {
  evaluate_in<Fused<float>, Fused<double>>(invocation);
}

}  // namespace assay::variants::ways
