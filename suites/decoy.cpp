// SPDX-License-Identifier: Apache-2.0
// Inputs that look like those of a case and are not: what a pass begins with.
#include <chrono>
#include <cmath>
#include <random>

#include "suites/case_layout.h"
#include "suites/elements.h"
#include "suites/fingerprint.h"

namespace assay::suites {
namespace {

constexpr int pairs = 2, tries = 8;

bool is_finite(DType type, const std::byte* bytes, std::size_t index) {
  return std::isfinite(element(type, bytes, index));
}

/// Swaps two elements that differ in `bytes`, and notes in `patches` what was there.
void swap_a_pair(std::span<std::byte> bytes, DType type, std::uint64_t offset,
                 std::minstd_rand& random, std::vector<Patch>& patches) {
  const std::size_t size = size_of(type);
  std::uniform_int_distribution<std::size_t> draw(0, bytes.size() / size - 1);
  for (int i = 0; i < tries; ++i) {
    const std::size_t one = draw(random), other = draw(random);
    const std::string first(reinterpret_cast<const char*>(bytes.data()) + one * size, size);
    const std::string second(reinterpret_cast<const char*>(bytes.data()) + other * size, size);
    if (first == second || !is_finite(type, bytes.data(), one) ||
        !is_finite(type, bytes.data(), other))
      continue;
    std::memcpy(bytes.data() + one * size, second.data(), size);
    std::memcpy(bytes.data() + other * size, first.data(), size);
    // Undone in the opposite order: the pairs may share an element.
    patches.insert(patches.begin(),
                   {{offset + one * size, first}, {offset + other * size, second}});
    return;
  }
}

}  // namespace

void add_decoy(Arena& arena, const CallDescription& call, const Contents& contents,
               PassLayout& layout) {
  std::minstd_rand random(
      static_cast<unsigned>(std::chrono::steady_clock::now().time_since_epoch().count()));
  for (std::size_t i = 0; i < call.inputs.size(); ++i) {
    const TensorDescription& input = call.inputs[i];
    const Region& region = layout.input_sets[0].regions[i];
    if (input.weight || !is_floating(input.dtype) || region.bytes == 0) continue;
    for (int pair = 0; pair < pairs; ++pair)
      swap_a_pair(arena.elements(region), input.dtype, region.offset + region.begin, random,
                  layout.decoy.patches);
  }
  if (layout.decoy.patches.empty()) return;  // nothing here can be exchanged
  PassLayout mislead;
  for (const Region& output : layout.outputs.regions)
    mislead.outputs.regions.push_back(arena.place(output.bytes, layout.placement, Poison::output));
  refill_outputs(arena, mislead, contents);
  layout.decoy.outputs = std::move(mislead.outputs);
}

std::uint64_t outputs_fingerprint(Arena& arena, const PassLayout& layout) {
  std::uint64_t mixed = 0;
  for (const Region& region : layout.outputs.regions)
    mixed = fingerprint(arena.elements(region), mixed);
  return mixed;
}

}  // namespace assay::suites
