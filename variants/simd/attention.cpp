// SPDX-License-Identifier: Apache-2.0
// Attention on Highway's vectors.
#include <array>
#include <cmath>
#include <limits>
#include <vector>

#include "variants/simd/instruction_sets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "variants/simd/attention.cpp"  // this file, once per instruction set
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace assay::variants::simd::HWY_NAMESPACE {
#if HWY_TARGET == HWY_SCALAR
// Dispatch wants a fallback; a vector of one element is none of ours.
void fill_attention_here(InstructionSet&) {}
#else
namespace {

namespace hn = hwy::HWY_NAMESPACE;
// Each text uses the ones before it.
// clang-format off
#include "variants/simd/lanes.inl"
#include "variants/kernels/elementary.inl"
#include "variants/kernels/gemm.inl"
#include "variants/kernels/rowwise.inl"
#include "variants/kernels/attention_scores.inl"
#include "variants/kernels/attention_sums.inl"
#include "variants/kernels/attention_few.inl"
#include "variants/kernels/attention_packed.inl"
#include "variants/kernels/attention.inl"
// clang-format on

}  // namespace

void fill_attention_here(InstructionSet& set) {
  set.f32.attention = attention_kernel<Lanes<float> >;
  set.f64.attention = attention_kernel<Lanes<double> >;
}
#endif

}  // namespace assay::variants::simd::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace assay::variants::simd {

HWY_EXPORT(fill_attention_here);

void fill_attention(InstructionSet& set) { HWY_DYNAMIC_DISPATCH(fill_attention_here)(set); }

}  // namespace assay::variants::simd
#endif
