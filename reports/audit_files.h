// SPDX-License-Identifier: Apache-2.0
// Puts an audit into a file: .json, .md, .html, or .svg for its picture, by the extension.
#pragma once

#include <filesystem>

#include "reports/audit.h"

namespace assay::reports {

/// Throws ReportFileError.
void write_audit_file(const Audit& audit, const std::filesystem::path& file);

}  // namespace assay::reports
