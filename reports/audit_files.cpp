// SPDX-License-Identifier: Apache-2.0
#include "reports/audit_files.h"

#include "reports/audit_json.h"
#include "reports/audit_markdown.h"
#include "reports/escape.h"
#include "reports/files.h"
#include "reports/html.h"

namespace assay::reports {

void check_audit_file(const std::filesystem::path& file) {
  const std::string extension = file.extension().string();
  if (extension != ".json" && extension != ".md" && extension != ".html" && extension != ".tsv") {
    throw ReportFileError(one_line(
        file.string() + ": an audit is written as .json, .md or .html, its kill matrix as .tsv"));
  }
  std::error_code ignored;
  const auto folder = file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
  if (!std::filesystem::is_directory(folder, ignored))
    throw ReportFileError(one_line(file.string() + ": there is no folder " + folder.string()));
}

void write_audit_file(const Audit& audit, const std::filesystem::path& file) {
  if (file.extension() == ".json") return write_text_file(file, to_json(audit));
  if (file.extension() == ".md") return write_text_file(file, to_markdown(audit));
  write_text_file(file, to_html({}, &audit));
}

}  // namespace assay::reports
