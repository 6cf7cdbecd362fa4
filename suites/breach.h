// SPDX-License-Identifier: Apache-2.0
// What makes a call broken whatever it computed, in words.
#pragma once

#include <string>

#include "suites/worker_protocol.h"

namespace assay::suites {

/// "run() threw a C++ exception: ...", "run() left a process running", "run() left the
/// floating-point modes changed: ..."; empty: nothing.
std::string breach(const StepReport& step, const char* function);

/// A function that was called after supports() had said yes, and did not do it; empty: it did.
std::string refusal(const StepReport& step, const char* function);

/// The first breach or refusal of prepare(), run() and release(), or what they left changed
/// together; empty: none.
std::string breach_of_pass(const Reply& reply);

/// Foreign text as one line of at most 500 characters.
std::string one_line_of(std::string text);

/// The process is not as it was: a new one is needed for what comes after.
bool leaves_traces(const Reply& reply);

}  // namespace assay::suites
