// SPDX-License-Identifier: Apache-2.0
// assay run grades: the part of `run` that makes calls again in other ways instead of judging them.
#pragma once

#include "suites/command_judging.h"
#include "suites/outputs.h"

namespace assay::suites {

/// Measures the grades of the cases of `judging` and says what came of it. Returns the exit code.
int run_grades(const Judging& judging, const Invocation& invocation, Outputs& outputs,
               Console& console);

}  // namespace assay::suites
