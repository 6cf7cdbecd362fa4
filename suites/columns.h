// SPDX-License-Identifier: Apache-2.0
// Rows of text set in columns for a terminal.
#pragma once

#include <string>
#include <vector>

namespace assay::suites {

/// Each row as a line, every column but the last padded to its widest text, two spaces between
/// columns.
std::vector<std::string> in_columns(const std::vector<std::vector<std::string>>& rows);

/// "a b c"
std::string joined(const std::vector<std::string>& words, const std::string& separator = " ");

}  // namespace assay::suites
