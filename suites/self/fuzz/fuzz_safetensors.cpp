// SPDX-License-Identifier: Apache-2.0
// The reader of safetensors against random bytes.
#include "fixtures/safetensors.h"
#include "fixtures/store.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using assay::fixtures::Safetensors;
  try {
    const Safetensors read({reinterpret_cast<const std::byte*>(data), size}, "fuzzed");
    for (const auto& [name, tensor] : read.tensors()) values_of(tensor, name);
  } catch (const assay::fixtures::FixtureError&) {  // a refusal is right
  }
  return 0;
}
