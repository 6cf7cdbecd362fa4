// SPDX-License-Identifier: Apache-2.0
// Fixture files as nobody should write them: a good file with one thing changed by way of the HDF5
// library.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace assay::suites {

struct HostileFile {
  std::string name;
  std::string expected;  // stands in the message of the refusal
  /// Changes the file, a good one with the case attention/gqa-6x3.
  std::function<void(const std::filesystem::path& file)> change;
};

std::vector<HostileFile> hostile_files();

}  // namespace assay::suites
