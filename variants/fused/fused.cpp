// SPDX-License-Identifier: Apache-2.0
#include "variants/fused/fused.h"

#include "variants/fused/bf16_dot.h"
#include "variants/simd/targets.h"
#include "variants/threaded/pool.h"

namespace assay::variants {
namespace {

/// About what waking a sleeping thread costs, twice: shorter, and the threads sleep between the
/// kernels of one layer; longer, and they take time from whoever else computes.
constexpr std::chrono::microseconds spin{100};

/// The kernels of `simd` for every instruction set, told to fuse.
template <class Number>
const std::vector<Kernels<Number>>& fusing_kernels() {
  static const std::vector<Kernels<Number>> tables = [] {
    std::vector<Kernels<Number>> made;
    for (const simd::InstructionSet& set : simd::instruction_sets()) {
      made.push_back(set.kernels<Number>());
      made.back().name = "fused " + set.name;
      made.back().fuses = true;
      // It belongs to the best instruction set; one chosen by name is taken at its word.
      if (made.size() == 1 && sizeof(Number) == sizeof(float)) {
        made.back().bf16_dot = fused::bf16_dot();
      }
    }
    return made;
  }();
  return tables;
}

struct Fused {
  template <class Number>
  static const Kernels<Number>& kernels() {
    return fusing_kernels<Number>()[simd::Targets<Fused>::current()];
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
    described.targets = simd::target_names();
    described.select_target = simd::Targets<Fused>::select;
    return described;
  }();
  return &implementation;
}

}  // namespace assay::variants
