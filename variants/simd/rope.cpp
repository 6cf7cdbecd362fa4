// SPDX-License-Identifier: Apache-2.0
// Rotary positions on Highway's vectors.
#include <array>
#include <cmath>
#include <limits>
#include <vector>

#include "variants/simd/instruction_sets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "variants/simd/rope.cpp"  // this file, once per instruction set
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace assay::variants::simd::HWY_NAMESPACE {
#if HWY_TARGET == HWY_SCALAR
// Dispatch wants a fallback; a vector of one element is none of ours.
void fill_rope_here(InstructionSet&) {}
#else
namespace {

namespace hn = hwy::HWY_NAMESPACE;
// Each text uses the ones before it.
// clang-format off
#include "variants/simd/lanes.inl"
#include "variants/kernels/elementary.inl"
#include "variants/kernels/rowwise.inl"
#include "variants/kernels/rope.inl"
// clang-format on

}  // namespace

void fill_rope_here(InstructionSet& set) {
  set.f32.rope = rope_kernel<Lanes<float>, Lanes<double> >;
  set.f64.rope = rope_kernel<Lanes<double>, Lanes<double> >;
}
#endif

}  // namespace assay::variants::simd::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace assay::variants::simd {

HWY_EXPORT(fill_rope_here);

void fill_rope(InstructionSet& set) { HWY_DYNAMIC_DISPATCH(fill_rope_here)(set); }

}  // namespace assay::variants::simd
#endif
