// SPDX-License-Identifier: Apache-2.0
// The matrix product on Highway's vectors.
#include <array>
#include <cmath>
#include <limits>
#include <vector>

#include "variants/simd/instruction_sets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "variants/simd/linear.cpp"  // this file, once per instruction set
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace assay::variants::simd::HWY_NAMESPACE {
#if HWY_TARGET == HWY_SCALAR
// Dispatch wants a fallback; a vector of one element is none of ours.
void fill_linear_here(InstructionSet&) {}
#else
namespace {

namespace hn = hwy::HWY_NAMESPACE;
// Each text uses the ones before it.
// clang-format off
#include "variants/simd/lanes.inl"
#include "variants/kernels/elementary.inl"
#include "variants/kernels/rowwise.inl"
#include "variants/kernels/activation.inl"
#include "variants/kernels/gemm.inl"
#include "variants/kernels/linear.inl"
// clang-format on

}  // namespace

void fill_linear_here(InstructionSet& set) {
  set.f32.pack_weights = pack_weights<Lanes<float> >;
  set.f64.pack_weights = pack_weights<Lanes<double> >;
  set.f32.finish = finish_columns<Lanes<float> >;
  set.f64.finish = finish_columns<Lanes<double> >;
  set.f32.linear = linear_kernel<Lanes<float> >;
  set.f64.linear = linear_kernel<Lanes<double> >;
}
#endif

}  // namespace assay::variants::simd::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace assay::variants::simd {

HWY_EXPORT(fill_linear_here);

void fill_linear(InstructionSet& set) { HWY_DYNAMIC_DISPATCH(fill_linear_here)(set); }

}  // namespace assay::variants::simd
#endif
