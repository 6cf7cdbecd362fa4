// SPDX-License-Identifier: Apache-2.0
// The variant `simd` as a shared library, so that copies of it with a planted bug can be judged.
#include "variants/simd/simd.h"

extern "C" ASSAY_EXPORT const assay_implementation* assay_implementation_v1(void) {
  return assay::variants::simd_implementation();
}
