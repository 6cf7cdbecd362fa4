// SPDX-License-Identifier: Apache-2.0
// Judges outputs that somebody computed somewhere else, by the same comparator as every other
// output. Nothing is run, so nothing is timed.
#pragma once

#include <string>
#include <vector>

#include "fixtures/export.h"
#include "reports/results.h"

namespace assay::suites {

struct Score {
  std::vector<reports::CaseResult> cases;  // a case of which nothing was given is unsupported
  std::vector<std::string> extra;          // "linear/wide/f32/z: linear/wide has no output z"
  std::size_t not_given = 0;               // calls of which nothing was given
};

/// `known`: every case there is, to tell what is unknown from what was not asked about; `asked`:
/// the ones to be judged, in `classes` (all of theirs if empty). A call of which one output is
/// missing, mis-shaped or of the wrong kind is broken, and the reason names it. Real numbers wider
/// than the class are rounded to its storage type first.
Score score(const fixtures::GivenOutputs& given, const std::vector<fixtures::Case>& known,
            const std::vector<fixtures::Case>& asked, const std::vector<std::string>& classes,
            const std::string& implementation, const std::string& rerun_prefix);

}  // namespace assay::suites
