// SPDX-License-Identifier: Apache-2.0
// Safetensors files and model directories as nobody should write them.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace assay::suites {

struct HostileImage {
  std::string name;
  std::string expected;  // stands in the message of the refusal
  std::string bytes;
};

std::vector<HostileImage> hostile_safetensors();

struct HostileModel {
  std::string name;
  std::string expected;
  /// Changes a folder that holds a good Llama in one file.
  std::function<void(const std::filesystem::path& folder)> change;
};

std::vector<HostileModel> hostile_models();

}  // namespace assay::suites
