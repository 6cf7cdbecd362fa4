// SPDX-License-Identifier: Apache-2.0
// Cases for the tests of the store, whose answers are numbers of the right kind and no more, and a
// place to put them.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

#include "fixtures/case.h"

namespace assay::suites {

/// A folder that is gone at the end.
class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "assay-store-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no folder for the test");
    path_ = name;
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { std::filesystem::remove_all(path_); }
  [[nodiscard]] std::filesystem::path operator/(const std::string& name) const {
    return path_ / name;
  }

 private:
  std::filesystem::path path_;
};

/// "gqa-6x3" with everything that a case can have, and a case without a single key.
std::vector<fixtures::Case> stored_attention_cases();
/// One case that is larger than a chunk.
std::vector<fixtures::Case> stored_layer_norm_cases();

}  // namespace assay::suites
