// SPDX-License-Identifier: Apache-2.0
// Writing whole files, and choosing a format.
#include "reports/files.h"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <string>
#include <system_error>

#include "reports/audit_files.h"
#include "reports/benchmark_json.h"
#include "reports/csv.h"
#include "reports/escape.h"
#include "reports/html.h"
#include "reports/json.h"
#include "reports/junit.h"
#include "reports/markdown.h"
#include "reports/speed_plot.h"

namespace assay::reports {
namespace {

namespace fs = std::filesystem;

struct Format {
  std::string_view extension;
  std::string (*text)(const RunResult&);
};

std::string markdown_text(const RunResult& result) { return to_markdown(result); }

constexpr Format formats[] = {{".html", to_html}, {".md", markdown_text}, {".json", to_json},
                              {".xml", to_junit}, {".csv", to_csv},       {".svg", to_speed_svg}};

const Format& format_of(const fs::path& file) {
  for (const Format& each : formats)
    if (file.extension() == each.extension) return each;
  throw ReportFileError(
      one_line(file.string() +
               ": no report has this extension; use one of .html .md .json .xml (JUnit) "
               ".csv (speed, or grades where nothing was timed) .svg (a picture of the speed)"));
}

[[noreturn]] void fail(const fs::path& file, int cause) {
  throw ReportFileError(
      one_line(file.string() + ": cannot be written: " + std::generic_category().message(cause)));
}

/// 0, or the errno of what went wrong.
int try_to_write(const fs::path& file, std::string_view text) {
  std::FILE* out = std::fopen(file.c_str(), "wb");
  if (out == nullptr) return errno;
  int cause = 0;
  if (std::fwrite(text.data(), 1, text.size(), out) != text.size()) cause = errno;
  if (std::fclose(out) != 0 && cause == 0) cause = errno;
  return cause;
}

}  // namespace

void write_text_file(const fs::path& file, std::string_view text) {
  std::error_code ignored;
  const fs::file_status status = fs::status(file, ignored);
  if (fs::is_directory(status)) fail(file, EISDIR);
  if (fs::exists(status) && !fs::is_regular_file(status)) {
    if (const int cause = try_to_write(file, text)) fail(file, cause);
    return;
  }
  fs::path unfinished = file;
  unfinished += ".unfinished-" + std::to_string(::getpid());
  int cause = try_to_write(unfinished, text);
  if (cause == 0) {
    std::error_code error;
    fs::rename(unfinished, file, error);
    cause = error.value();
  }
  if (cause != 0) {
    fs::remove(unfinished, ignored);
    fail(file, cause);
  }
}

void check_report_file(const fs::path& file) {
  format_of(file);
  std::error_code ignored;
  const fs::path folder = file.has_parent_path() ? file.parent_path() : fs::path(".");
  if (!fs::is_directory(folder, ignored))
    throw ReportFileError(one_line(file.string() + ": there is no folder " + folder.string()));
}

void write_report_file(const RunResult& result, const fs::path& file) {
  write_text_file(file, format_of(file).text(result));
}

void write_report_folder(const RunResult& result, const fs::path& folder, const Audit* audit) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) fail(folder, error.value());
  // The data first: whatever happens later, the figures are kept.
  for (const char* name : {"results.json", "report.md", "junit.xml", "speed.svg"})
    write_report_file(result, folder / name);
  write_text_file(folder / "speed.csv", to_speed_csv(result));
  write_text_file(folder / "grades.csv", to_grades_csv(result));
  write_text_file(folder / "benchmarks.json", to_benchmark_json(result));
  if (audit != nullptr) {
    for (const char* name : {"audit.json", "audit.md"}) write_audit_file(*audit, folder / name);
  }
  write_text_file(folder / "index.html", to_html(result, audit));
}

}  // namespace assay::reports
