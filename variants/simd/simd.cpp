// SPDX-License-Identifier: Apache-2.0
#include "variants/simd/simd.h"

#include <hwy/highway.h>
#include <cctype>

#include "variants/simd/instruction_sets.h"
#include "variants/simd/targets.h"

namespace assay::variants {
namespace simd {
namespace {

InstructionSet make_instruction_set(std::int64_t target) {
  // Highway names this after its main use; here too it means "as if the CPU had only this".
  hwy::SetSupportedTargetsForTest(target);
  hwy::GetChosenTarget().Update(hwy::SupportedTargets());
  InstructionSet set;
  for (const char* letter = hwy::TargetName(target); *letter != '\0'; ++letter) {
    set.name += static_cast<char>(std::tolower(static_cast<unsigned char>(*letter)));
  }
  fill_linear(set);
  fill_rowwise(set);
  fill_activation(set);
  fill_rope(set);
  fill_attention(set);
  set.f32.name = set.f64.name = set.name;
  hwy::SetSupportedTargetsForTest(0);
  return set;
}

}  // namespace

const std::vector<InstructionSet>& instruction_sets() {
  static const std::vector<InstructionSet> sets = [] {
    std::vector<InstructionSet> made;
    // A lower bit is a better target.
    const std::int64_t targets = hwy::SupportedTargets() & HWY_TARGETS & ~HWY_SCALAR;
    for (std::int64_t rest = targets; rest != 0; rest &= rest - 1) {
      made.push_back(make_instruction_set(rest & -rest));
    }
    return made;
  }();
  return sets;
}

}  // namespace simd

namespace {

struct Simd {
  static const std::vector<std::string>& target_names() {
    static const std::vector<std::string> names = [] {
      std::vector<std::string> each;
      for (const auto& set : simd::instruction_sets()) each.push_back(set.name);
      return each;
    }();
    return names;
  }
  template <class Number>
  static const Kernels<Number>& kernels() {
    return simd::instruction_sets()[simd::Targets<Simd>::current()].kernels<Number>();
  }
  static const Executor& executor(int) {
    static const Serial serial;
    return serial;
  }
};

}  // namespace

const assay_implementation* simd_implementation() {
  static const assay_implementation implementation = [] {
    assay_implementation described = Entry<Optimized<Simd>>::described(
        "simd", "Highway vectors on the best instruction set of this CPU, one thread",
        "run threads batch chunk align");
    described.targets = simd::Targets<Simd>::listed();
    described.select_target = simd::Targets<Simd>::select;
    return described;
  }();
  return &implementation;
}

}  // namespace assay::variants
