// SPDX-License-Identifier: Apache-2.0
// results.json: a RunResult written out completely and read back with suspicion, since people
// compare files of others. results.schema.json beside this file describes every field.
#pragma once

#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>

#include "reports/results.h"

namespace assay::reports {

/// A result file that cannot be used; what() is one line: file, field, what is wrong with it.
struct ResultFileError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Numbers keep all their digits; NaN and infinities are the strings "nan", "inf", "-inf". Text
/// that is no UTF-8 is repaired with U+FFFD. Ends with a line feed.
std::string to_json(const RunResult& result);

/// `name` stands in messages. Throws ResultFileError: no JSON, another schema version, a missing or
/// repeated field, a wrong type, an unknown verdict, a number outside its range, a verdict that its
/// own outputs contradict. Unknown fields are passed over: later versions may add some.
RunResult from_json(std::string_view text, const std::string& name);

/// Reads a file of at most 1 GiB.
RunResult read_result(const std::filesystem::path& file);

}  // namespace assay::reports
