// SPDX-License-Identifier: Apache-2.0
// The reader of model directories against random bytes: config.json, and the weights.
#include "fixtures/hf_model.h"
#include "fixtures/store.h"
#include "suites/self/fuzz/scratch_folder.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const ScratchFolder folder("fuzz-model");
  const auto [config, weights] = two_files(data, size);
  folder.write("config.json", config);
  folder.write("model.safetensors", weights);
  try {
    assay::fixtures::read_hf_model(folder.path(), {});
  } catch (const assay::fixtures::FixtureError&) {  // a refusal is right
  }
  return 0;
}
