// SPDX-License-Identifier: Apache-2.0
#include "variants/fused/fused.h"

#include "variants/fused/bf16_dot.h"
#include "variants/simd/instruction_sets.h"
#include "variants/simd/targets.h"
#include "variants/threaded/pool.h"

namespace assay::variants {
namespace {

/// About what waking a sleeping thread costs, twice: shorter, and the threads sleep between the
/// kernels of one layer; longer, and they take time from whoever else computes.
constexpr std::chrono::microseconds spin{100};

struct Target {
  std::string name;
  Kernels<float> f32;
  Kernels<double> f64;
};

/// The kernels of `simd` for every instruction set, told to fuse; the best one also with each way
/// to multiply bf16 that this processor has.
const std::vector<Target>& targets() {
  static const std::vector<Target> made = [] {
    std::vector<Target> all;
    const auto add = [&](const simd::InstructionSet& set, const Bf16Dot* dot) {
      all.push_back({dot != nullptr ? dot->name : set.name, set.f32, set.f64});
      Target& target = all.back();
      target.f32.name = target.f64.name = "fused " + set.name;
      target.f32.fuses = target.f64.fuses = true;
      target.f32.bf16_dot = dot;
    };
    for (const simd::InstructionSet& set : simd::instruction_sets()) {
      if (all.empty()) {
        for (const Bf16Dot& dot : fused::bf16_dots()) add(set, &dot);
      }
      add(set, nullptr);
    }
    return all;
  }();
  return made;
}

struct Fused {
  static const std::vector<std::string>& target_names() {
    static const std::vector<std::string> names = [] {
      std::vector<std::string> each;
      for (const Target& target : targets()) each.push_back(target.name);
      return each;
    }();
    return names;
  }
  template <class Number>
  static const Kernels<Number>& kernels() {
    const Target& target = targets()[simd::Targets<Fused>::current()];
    if constexpr (sizeof(Number) == sizeof(float)) {
      return target.f32;
    } else {
      return target.f64;
    }
  }
  static const Executor& executor(int threads) { return threaded::pool_of(threads, spin); }
};

}  // namespace

const assay_implementation* fused_implementation() {
  static const assay_implementation implementation = [] {
    assay_implementation described =
        Entry<Optimized<Fused>>::described("fused",
                                           "the vectors of simd on threads that spin before they "
                                           "sleep; activations, gates and residual "
                                           "sums on the tiles of the product before them",
                                           "run threads batch chunk align");
    described.targets = simd::Targets<Fused>::listed();
    described.select_target = simd::Targets<Fused>::select;
    return described;
  }();
  return &implementation;
}

}  // namespace assay::variants
