// SPDX-License-Identifier: Apache-2.0
// One result of several: the shards of a run, or runs of several variants on the same fixtures.
// Refuses what does not belong together instead of counting it.
#pragma once

#include <string>
#include <vector>

#include "reports/results.h"

namespace assay::reports {

struct NamedResult {
  std::string name;  // of the file; stands in messages
  RunResult result;
};

/// At least one part. Shards come in their order, whatever the order of the files. Throws
/// ResultFileError, one line with the file and the cure: other fixtures, a call or a timing that
/// stands in two files, a shard that is missing or of another division.
RunResult merged(std::vector<NamedResult> parts);

}  // namespace assay::reports
