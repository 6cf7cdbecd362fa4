// SPDX-License-Identifier: Apache-2.0
// The machine and the build that a result belongs to, in words.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace assay::suites {

/// "cpu" -> "AMD EPYC ...", "cores", "memory", "system", "compiler", "build", "libraries", "assay".
std::map<std::string, std::string> environment();

/// The time now, ISO 8601 in UTC: "2025-03-01T12:34:56Z".
std::string utc_now();

/// The rule of each clause named, by its id; clauses that no page has are left out.
std::map<std::string, std::string> clause_texts(const std::vector<std::string>& ids);

}  // namespace assay::suites
