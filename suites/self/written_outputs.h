// SPDX-License-Identifier: Apache-2.0
// Files of outputs as other libraries write them, and as nobody should.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace assay::suites {

struct WrittenOutputs {
  const char* form;                                         // how 1.5, -2 and 3 stand in the file
  std::function<void(const std::filesystem::path&)> write;  // at linear/a/f32/y, shape (3)
  const char* trouble;  // why it cannot be judged; empty: it can
};

std::vector<WrittenOutputs> written_outputs();

}  // namespace assay::suites
