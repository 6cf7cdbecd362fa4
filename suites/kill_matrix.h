// SPDX-License-Identifier: Apache-2.0
// Which case catches which mistake: the file kills.tsv beside the fixtures, written by a full audit
// and held against by every sampled one.
#pragma once

#include <filesystem>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace assay::suites {

struct KillMatrix {
  std::vector<std::string> mistakes;  // that count, in their order
  /// By case, in the order of the suite: the mistakes that it catches in some class.
  std::vector<std::pair<std::string, std::set<std::string>>> cases;
};

/// Lines of "mistake <number> <name>", then of "<case> <how many> <numbers> [only <numbers>]",
/// separated by tabs; numbers as "3,7-12".
std::string text_of(const KillMatrix& matrix);

/// Throws std::runtime_error naming file and line.
KillMatrix parse_kill_matrix(const std::string& text, const std::string& file);

/// <folder>/kills.tsv.
std::filesystem::path kill_matrix_file(const std::filesystem::path& folder);

}  // namespace assay::suites
