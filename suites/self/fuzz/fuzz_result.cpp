// SPDX-License-Identifier: Apache-2.0
// The reader of result files against random bytes. What it takes, it can write and take again.
#include <string_view>

#include "reports/json.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace assay::reports;
  RunResult result;
  try {
    result = from_json({reinterpret_cast<const char*>(data), size}, "fuzzed");
  } catch (const ResultFileError&) {  // a refusal is right, but only here
    return 0;
  }
  from_json(to_json(result), "written");
  return 0;
}
