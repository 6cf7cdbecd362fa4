// SPDX-License-Identifier: Apache-2.0
// What a worker's reply says against an implementation, whatever it computed. Says nothing of
// numbers.
#pragma once

#include <string>

#include "suites/worker_protocol.h"

namespace assay::suites {

/// What makes a step broken: "run() threw a C++ exception: ..."; empty: nothing. A refusal is none.
std::string breach(const StepReport& step, const char* function);

/// That a step did not end with ASSAY_OK, and why: "supports() said yes, then run() failed: ...";
/// empty: it did, or was not taken.
std::string refusal(const StepReport& step, const char* function);

/// The first breach or refusal of preparing, running and releasing; empty: none.
std::string breach_of_pass(const Reply& reply);

/// Foreign text as one line of at most 500 characters.
std::string one_line_of(std::string text);

}  // namespace assay::suites
