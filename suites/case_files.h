// SPDX-License-Identifier: Apache-2.0
// Where the cases come from: the folder of committed fixtures, or files that somebody names. One
// damaged file costs its own cases only.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "fixtures/case.h"

namespace assay::suites {

struct CaseFiles {
  std::vector<fixtures::Case> cases;  // op by op in the order of the schema, witnesses after them
  std::vector<std::string> errors;    // files that cannot be used, a line each
  std::vector<std::string> warnings;  // files that differ from the manifest, a line each
  std::string digest;                 // "sha256 ..." of what was read; empty: nothing whole
};

/// The folder given, or that of the environment variable ASSAY_FIXTURES, or this program's own
/// (installation.h).
std::filesystem::path fixture_folder(const std::string& given);

/// Every case of the committed files.
CaseFiles read_committed(const std::filesystem::path& folder);

/// The cases of files made by others, read in a child process.
CaseFiles read_given(std::span<const std::string> files);

}  // namespace assay::suites
