// SPDX-License-Identifier: Apache-2.0
// An audit as JSON, written out completely and read back with suspicion. audit.schema.json beside
// this file describes every field.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "reports/audit.h"

namespace assay::reports {

/// Begins with the field audit_schema_version, by which such a file is told from a result file.
std::string to_json(const Audit& audit);

/// `name` stands in messages. Throws ResultFileError (json.h): no JSON, another schema version, a
/// missing field, a wrong type, a count below zero.
Audit audit_from_json(std::string_view text, const std::string& name);

/// Whether a file begins like an audit; false where it cannot be read.
bool is_audit_file(const std::filesystem::path& file);

/// Reads a file of at most 1 GiB.
Audit read_audit(const std::filesystem::path& file);

}  // namespace assay::reports
