// SPDX-License-Identifier: Apache-2.0
// The files that -o asks for, written so that what a run has found is never lost: checked before
// the run, saved while it goes, and put somewhere else where a file turns out not to be writable.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "reports/results.h"

namespace assay::suites {

class Outputs {
 public:
  /// Throws UsageError for an extension that is no format, reports::ReportFileError for a folder
  /// that does not exist or does not let files be made.
  explicit Outputs(std::vector<std::filesystem::path> files);

  /// Saves the JSON files, at most every few seconds. A failure is kept for finish().
  void checkpoint(const reports::RunResult& result);

  /// Writes every file. What could not be written, a line each; then the results are put into the
  /// folder for temporary files, and a line says where, unless one of the JSON files could be
  /// written.
  std::vector<std::string> finish(const reports::RunResult& result);

 private:
  std::vector<std::filesystem::path> files_;
  std::chrono::steady_clock::time_point last_save_;
};

}  // namespace assay::suites
