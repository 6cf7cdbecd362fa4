// SPDX-License-Identifier: Apache-2.0
// The variant `simd` as a shared library, with an op that takes longer than it must by a known
// share: by ASSAY_SLOWED (0.03: three per cent), in calls of the op `linear`.
#include <chrono>
#include <cstdlib>
#include <cstring>

#include "variants/simd/simd.h"

namespace {

using Clock = std::chrono::steady_clock;

double slowed_by() {
  const char* text = std::getenv("ASSAY_SLOWED");
  return text == nullptr ? 0.03 : std::strtod(text, nullptr);
}

int32_t run(const assay_call* call, void* prepared) {
  static const double share = slowed_by();
  const auto begin = Clock::now();
  const int32_t status = assay::variants::simd_implementation()->run(call, prepared);
  if (std::strcmp(call->op, "linear") != 0) return status;
  const auto end =
      Clock::now() + std::chrono::duration_cast<Clock::duration>((Clock::now() - begin) * share);
  while (Clock::now() < end) {
  }
  return status;
}

}  // namespace

extern "C" ASSAY_EXPORT const assay_implementation* assay_implementation_v1(void) {
  static const assay_implementation slowed = [] {
    assay_implementation made = *assay::variants::simd_implementation();
    made.name = "slowed";
    made.run = run;
    return made;
  }();
  return &slowed;
}
