// SPDX-License-Identifier: Apache-2.0
#include "variants/ways/ordered.h"

#include "variants/ways/evaluation.h"
#include "variants/ways/evaluations.h"

namespace assay::variants::ways {

void evaluate_ordered(const Invocation& invocation) {
  evaluate_in<Ordered<float, AsWritten>, Ordered<double, AsWritten>>(invocation);
}

}  // namespace assay::variants::ways
