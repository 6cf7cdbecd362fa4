// SPDX-License-Identifier: Apache-2.0
// junit.xml: what continuous integration systems show. One suite per variant and op, one test per
// case and class; imprecise and wrong are failures, broken an error, unsupported skipped. Of grades
// one suite per variant, one test per grade and op; a claimed one that is broken is a failure, one
// that is broken and not claimed, or that nothing was put to, skipped.
#pragma once

#include <string>

#include "reports/results.h"

namespace assay::reports {

std::string to_junit(const RunResult& result);

}  // namespace assay::reports
