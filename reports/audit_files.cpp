// SPDX-License-Identifier: Apache-2.0
#include "reports/audit_files.h"

#include "reports/audit_json.h"
#include "reports/audit_markdown.h"
#include "reports/audit_plot.h"
#include "reports/files.h"
#include "reports/html.h"

namespace assay::reports {

void write_audit_file(const Audit& audit, const std::filesystem::path& file) {
  if (file.extension() == ".json") return write_text_file(file, to_json(audit));
  if (file.extension() == ".svg") return write_text_file(file, rules_plot(audit));
  if (file.extension() == ".md") return write_text_file(file, to_markdown(audit));
  write_text_file(file, to_html({}, &audit));
}

}  // namespace assay::reports
