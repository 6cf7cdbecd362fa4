// SPDX-License-Identifier: Apache-2.0
#include "suites/case_files.h"

#include <algorithm>
#include <cstdlib>
#include <functional>

#include "fixtures/store.h"
#include "reference/schema.h"

namespace assay::suites {
namespace {

using fixtures::Case;

using Reader = std::function<std::vector<Case>(const std::filesystem::path&)>;

void read_into(CaseFiles& found, const std::filesystem::path& file, const Reader& read) {
  try {
    for (Case& each : read(file)) found.cases.push_back(std::move(each));
  } catch (const fixtures::FixtureError& error) {
    found.errors.emplace_back(error.what());
  }
}

std::vector<std::filesystem::path> witness_files(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  std::error_code none;
  for (const auto& entry : std::filesystem::directory_iterator(folder / "witness", none))
    if (entry.path().extension() == ".h5") files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

std::filesystem::path fixture_folder(const std::string& given) {
  if (!given.empty()) return given;
  const char* set = std::getenv("ASSAY_FIXTURES");
  if (set != nullptr && *set != '\0') return set;
  return ASSAY_FIXTURE_FOLDER;
}

CaseFiles read_committed(const std::filesystem::path& folder) {
  CaseFiles found;
  if (!std::filesystem::is_directory(folder)) {
    found.errors.push_back(folder.string() +
                           ": no such folder of fixtures; name it with --fixtures DIR");
    return found;
  }
  for (const OpSchema& op : schema::ops)
    read_into(found, folder / (std::string(op.name) + ".h5"), fixtures::read_cases);
  for (const auto& file : witness_files(folder)) read_into(found, file, fixtures::read_cases);
  if (!found.errors.empty()) return found;
  found.warnings = fixtures::check_manifest(folder);
  found.digest = "sha256 " + fixtures::digest_of_folder(folder);
  return found;
}

CaseFiles read_given(std::span<const std::string> files) {
  CaseFiles found;
  for (const std::string& file : files) read_into(found, file, fixtures::read_untrusted_cases);
  if (!found.errors.empty()) return found;
  const std::vector<std::filesystem::path> paths(files.begin(), files.end());
  found.digest = "sha256 " + fixtures::digest_of_files(paths);
  return found;
}

}  // namespace assay::suites
