// SPDX-License-Identifier: Apache-2.0
// The reader of ONNX node tests against random bytes: the first two say how long the model is, the
// rest is one tensor that stands for every input and output.
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "fixtures/onnx_import.h"
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
  const std::size_t model = std::min(said, size - 2);
  const auto* bytes = reinterpret_cast<const char*>(data) + 2;
  static const std::filesystem::path folder =
      std::filesystem::temp_directory_path() / ("fuzz-onnx-" + std::to_string(getpid()));
  std::filesystem::create_directories(folder / "test_data_set_0");
  write(folder / "model.onnx", bytes, model);
  constexpr int most_inputs = 7, most_outputs = 4;
  for (int i = 0; i < most_inputs; ++i) {
    const std::string number = std::to_string(i) + ".pb";
    write(folder / "test_data_set_0" / ("input_" + number), bytes + model, size - 2 - model);
    if (i >= most_outputs) continue;
    write(folder / "test_data_set_0" / ("output_" + number), bytes + model, size - 2 - model);
  }
  try {
    assay::fixtures::read_onnx_test(folder);
  } catch (const assay::fixtures::FixtureError&) {  // a refusal is right
  }
  return 0;
}
