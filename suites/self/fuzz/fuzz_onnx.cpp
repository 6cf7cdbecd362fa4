// SPDX-License-Identifier: Apache-2.0
// The reader of ONNX node tests against random bytes: the model, and one tensor that stands for
// every input and output.
#include "fixtures/onnx_import.h"
#include "fixtures/store.h"
#include "suites/self/fuzz/scratch_folder.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const ScratchFolder folder("fuzz-onnx");
  const auto [model, tensor] = two_files(data, size);
  folder.write("model.onnx", model);
  constexpr int most_inputs = 7, most_outputs = 4;
  for (int i = 0; i < most_inputs; ++i) {
    const std::string number = std::to_string(i) + ".pb";
    folder.write("test_data_set_0/input_" + number, tensor);
    if (i < most_outputs) folder.write("test_data_set_0/output_" + number, tensor);
  }
  try {
    assay::fixtures::read_onnx_test(folder.path());
  } catch (const assay::fixtures::FixtureError&) {  // a refusal is right
  }
  return 0;
}
