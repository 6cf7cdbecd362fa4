// SPDX-License-Identifier: Apache-2.0
#include "suites/installation.h"

namespace assay::suites {
namespace {

/// PREFIX of PREFIX/bin/assay, with `inside` behind it if that is there; else `inside` of the
/// sources.
std::filesystem::path found(const char* installed, const char* inside_sources) {
  std::error_code none;
  const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", none);
  const std::filesystem::path beside = program.parent_path().parent_path() / installed;
  if (!none && std::filesystem::exists(beside, none)) return beside;
  return std::filesystem::path(ASSAY_SOURCES) / inside_sources;
}

}  // namespace

std::filesystem::path own_fixture_folder() { return found("share/assay/fixtures", "fixtures"); }

std::filesystem::path own_header_folder() {
  return found("include/assay.h", "variants/assay.h").parent_path();
}

}  // namespace assay::suites
