// SPDX-License-Identifier: Apache-2.0
// Puts reports into files: the format by the file's extension, or all of them into a folder.
#pragma once

#include <filesystem>
#include <stdexcept>
#include <string_view>

#include "reports/audit.h"
#include "reports/results.h"

namespace assay::reports {

/// A report that cannot be written; what() is one line with the file and the cause.
struct ReportFileError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Throws ReportFileError unless the extension is one of .html .md .json .xml .csv .svg and the
/// folder of the file exists: said before a run rather than after it.
void check_report_file(const std::filesystem::path& file);

/// Writes the report that the extension asks for.
void write_report_file(const RunResult& result, const std::filesystem::path& file);

/// index.html, report.md, results.json, junit.xml, speed.csv, grades.csv, speed.svg,
/// benchmarks.json in `folder`, which is made if missing; with an audit also audit.json and
/// audit.md, and a section of the page.
void write_report_folder(const RunResult& result, const std::filesystem::path& folder,
                         const Audit* audit = nullptr);

/// Replaces the file only when everything has been written. What is no regular file (/dev/stdout)
/// is written to directly. Throws ReportFileError.
void write_text_file(const std::filesystem::path& file, std::string_view text);

}  // namespace assay::reports
