// SPDX-License-Identifier: Apache-2.0
#include "variants/simd/simd.h"

#include <hwy/highway.h>
#include <atomic>
#include <cctype>

#include "variants/simd/instruction_sets.h"

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

/// Index into instruction_sets(): what select_target() chose last.
std::atomic<std::size_t>& chosen() {
  static std::atomic<std::size_t> index{0};
  return index;
}

struct Simd {
  template <class Number>
  static const Kernels<Number>& kernels() {
    if (simd::instruction_sets().empty()) throw Unsupported("this CPU has no vectors of 16 bytes");
    const simd::InstructionSet& set = simd::instruction_sets()[chosen()];
    if constexpr (sizeof(Number) == 4) {
      return set.f32;
    } else {
      return set.f64;
    }
  }
  static const Executor& executor(int) {
    static const Serial serial;
    return serial;
  }
};

int32_t select_target(const char* target) {
  const auto& sets = simd::instruction_sets();
  for (std::size_t i = 0; i < sets.size(); ++i) {
    if (sets[i].name != target) continue;
    chosen() = i;
    return ASSAY_OK;
  }
  remember_error(("this CPU cannot run '" + std::string(target) + "'").c_str());
  return ASSAY_FAILED;
}

const char* target_names() {
  static const std::string names = [] {
    std::string text;
    for (const auto& set : simd::instruction_sets()) text += (text.empty() ? "" : " ") + set.name;
    return text;
  }();
  return names.c_str();
}

}  // namespace

const assay_implementation* simd_implementation() {
  static const assay_implementation implementation = [] {
    assay_implementation described = Entry<Optimized<Simd>>::described(
        "simd", "Highway vectors on the best instruction set of this CPU, one thread",
        "run threads batch align");
    described.targets = target_names();
    described.select_target = select_target;
    return described;
  }();
  return &implementation;
}

}  // namespace assay::variants
