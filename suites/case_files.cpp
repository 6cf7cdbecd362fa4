// SPDX-License-Identifier: Apache-2.0
#include "suites/case_files.h"

#include <algorithm>
#include <cstdlib>
#include <functional>

#include "fixtures/store.h"
#include "reference/schema.h"
#include "variants/installation.h"

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

/// The files of a folder that are not what its manifest says: nobody knows who wrote them.
class Strangers {
 public:
  explicit Strangers(const std::filesystem::path& folder) {
    try {
      differences_ = fixtures::check_manifest(folder);
    } catch (const fixtures::FixtureError& error) {
      differences_ = {error.what()};
      all_ = true;
    }
  }
  [[nodiscard]] bool contain(const std::filesystem::path& file) const {
    const std::string start = file.string() + ": ";
    return all_ || std::ranges::any_of(differences_, [&](const std::string& difference) {
             return difference.starts_with(start);
           });
  }
  /// A line each.
  [[nodiscard]] const std::vector<std::string>& differences() const { return differences_; }

 private:
  std::vector<std::string> differences_;
  bool all_ = false;  // there is no manifest
};

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
  return own_fixture_folder();
}

CaseFiles read_committed(const std::filesystem::path& folder) {
  CaseFiles found;
  if (!std::filesystem::is_directory(folder)) {
    found.errors.push_back(folder.string() +
                           ": no such folder of fixtures; name it with --fixtures DIR");
    return found;
  }
  const Strangers strangers(folder);
  const Reader read = [&](const std::filesystem::path& file) {
    return strangers.contain(file) ? fixtures::read_untrusted_cases(file)
                                   : fixtures::read_cases(file);
  };
  for (const OpSchema& op : schema::ops)
    read_into(found, folder / (std::string(op.name) + ".h5"), read);
  for (const auto& file : witness_files(folder)) read_into(found, file, read);
  if (!found.errors.empty()) return found;
  found.warnings = strangers.differences();
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
