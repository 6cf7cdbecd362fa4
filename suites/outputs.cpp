// SPDX-License-Identifier: Apache-2.0
#include "suites/outputs.h"

#include <unistd.h>

#include <algorithm>

#include "reports/files.h"
#include "suites/usage_error.h"

namespace assay::suites {
namespace {

constexpr std::chrono::seconds between_saves{5};

bool is_json(const std::filesystem::path& file) { return file.extension() == ".json"; }

/// A device or a pipe, such as /dev/stdout: takes a report once.
bool is_special(const std::filesystem::path& file) {
  return std::filesystem::exists(file) && !std::filesystem::is_regular_file(file);
}

void check_extension(const std::filesystem::path& file) {
  static constexpr std::string_view known[] = {".html", ".json", ".md", ".xml", ".csv", ".svg"};
  if (std::find(std::begin(known), std::end(known), file.extension()) == std::end(known)) {
    throw UsageError("-o " + file.string() +
                     ": the extension chooses the format, one of .html .json .md .xml .csv .svg");
  }
}

void check_folder_is_writable(const std::filesystem::path& file) {
  if (is_special(file)) return;
  const std::filesystem::path folder = file.has_parent_path() ? file.parent_path() : ".";
  if (access(folder.c_str(), W_OK | X_OK) != 0)
    throw reports::ReportFileError(file.string() + ": no file can be made in " + folder.string());
}

/// Where results go that could not be written where they were wanted.
std::string rescue(const reports::RunResult& result) {
  const std::filesystem::path file =
      std::filesystem::temp_directory_path() / ("assay-" + std::to_string(getpid()) + ".json");
  try {
    reports::write_report_file(result, file);
    return "the results are kept in " + file.string();
  } catch (const std::exception& error) {
    return std::string("the results could not be kept either: ") + error.what();
  }
}

}  // namespace

Outputs::Outputs(std::vector<std::filesystem::path> files)
    : files_(std::move(files)), last_save_(std::chrono::steady_clock::now()) {
  for (const auto& file : files_) {
    check_extension(file);
    reports::check_report_file(file);
    check_folder_is_writable(file);
  }
}

void Outputs::checkpoint(const reports::RunResult& result) {
  const auto now = std::chrono::steady_clock::now();
  if (now - last_save_ < between_saves) return;
  last_save_ = now;
  for (const auto& file : files_) {
    if (!is_json(file) || is_special(file)) continue;
    try {
      reports::write_report_file(result, file);
    } catch (const reports::ReportFileError&) {
      continue;  // finish() tries again and says so
    }
  }
}

std::vector<std::string> Outputs::finish(const reports::RunResult& result) {
  std::vector<std::string> errors;
  bool is_kept = false;
  for (const auto& file : files_) {
    try {
      reports::write_report_file(result, file);
      is_kept = is_kept || is_json(file);
    } catch (const reports::ReportFileError& error) {
      errors.emplace_back(error.what());
    }
  }
  if (!errors.empty() && !is_kept) errors.push_back(rescue(result));
  return errors;
}

}  // namespace assay::suites
