// SPDX-License-Identifier: Apache-2.0
// assay run generation: the part of `run` that has texts written.
#pragma once

#include "suites/command_judging.h"
#include "suites/outputs.h"

namespace assay::suites {

/// Has `texts` texts written by every variant of `judging`, spread over the models that its
/// selection picks, and says what came of it. Returns the exit code.
int run_generation(const Judging& judging, std::int64_t texts, const Invocation& invocation,
                   Outputs& outputs, Console& console);

}  // namespace assay::suites
