// SPDX-License-Identifier: Apache-2.0
// Where a model goes wrong first: the same call again, with every stage shown and judged.
#pragma once

#include <string>

#include "suites/case_run.h"

namespace assay::suites {

/// One line about a case of a block or model that was not right: the first stage that is not, or
/// that every stage is and only what follows departs, or why nobody can tell. Empty for ops that
/// show no stages. The answers of the stages are computed now, and never leave this process.
std::string first_departing_stage(const fixtures::Case& test_case, const NumberClass& number_class,
                                  const CaseRunOptions& options, WorkerProcess& worker);

}  // namespace assay::suites
