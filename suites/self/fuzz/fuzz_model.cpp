// SPDX-License-Identifier: Apache-2.0
// The reader of model directories against random bytes: the first two say how long config.json is,
// the rest are the weights.
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "fixtures/hf_model.h"
#include "fixtures/store.h"

namespace {

void write(const std::filesystem::path& file, const char* data, std::size_t size) {
  std::ofstream(file, std::ios::binary | std::ios::trunc)
      .write(data, static_cast<std::streamsize>(size));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::size_t said = data[0] | static_cast<std::size_t>(data[1]) << 8;
  const std::size_t config = std::min(said, size - 2);
  const auto* bytes = reinterpret_cast<const char*>(data) + 2;
  static const std::filesystem::path folder =
      std::filesystem::temp_directory_path() / ("fuzz-model-" + std::to_string(getpid()));
  std::filesystem::create_directories(folder);
  write(folder / "config.json", bytes, config);
  write(folder / "model.safetensors", bytes + config, size - 2 - config);
  try {
    assay::fixtures::read_hf_model(folder, {});
  } catch (const assay::fixtures::FixtureError&) {  // a refusal is right
  }
  return 0;
}
