// SPDX-License-Identifier: Apache-2.0
#include "variants/installation.h"

namespace assay {
namespace {

/// `installed` below PREFIX of PREFIX/bin/assay if that is there; else `built`.
std::filesystem::path found(const char* installed, const char* built) {
  std::error_code none;
  const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", none);
  std::filesystem::path beside = program.parent_path().parent_path() / installed;
  if (!none && std::filesystem::exists(beside, none)) return beside;
  return built;
}

}  // namespace

std::filesystem::path own_fixture_folder() {
  return found("share/assay/fixtures", ASSAY_SOURCES "/fixtures");
}

std::filesystem::path own_header_folder() {
  return found("include/assay.h", ASSAY_SOURCES "/variants/assay.h").parent_path();
}

std::filesystem::path own_peer_folder() { return found("lib/assay", ASSAY_BUILD "/peers"); }

std::filesystem::path own_python_folder() {
  return found("lib/assay/python", ASSAY_BUILD "/python");
}

}  // namespace assay
