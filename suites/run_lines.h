// SPDX-License-Identifier: Apache-2.0
// What `assay run` prints about results: a line for what is not right, the last line with every
// verdict counted, and the exit code that follows from it.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "reports/results.h"
#include "suites/console.h"
#include "suites/exit_code.h"

namespace assay::suites {

/// "wrong  simd attention/gqa-6x3 f32: out at head 2, query 5: ...; rerun: assay run ..." and the
/// the sentence of the clause that it is there for above all, and the lines of the diagnosis below
/// it. Everything of others' making is cleaned for the terminal.
std::vector<std::string> failure_lines(const reports::CaseResult& result,
                                       const std::map<std::string, std::string>& clause_texts,
                                       const Console& console);

/// The unsupported calls, one line for each variant, op, class and reason, each with the command
/// that runs just these.
/// `typed`: how the command line calls the variants, in the order of the result.
std::vector<std::string> unsupported_lines(const reports::RunResult& result,
                                           const std::vector<std::string>& typed,
                                           const std::string& rerun_prefix, const Console& console);

/// A line per variant: "simd  301 right, 24 unsupported".
std::vector<std::string> variant_lines(const reports::RunResult& result);

/// "1204 judged: 1180 right, 0 imprecise, 0 wrong, 24 unsupported, 0 broken"
std::string last_line(const reports::RunResult& result);

/// What the verdicts alone say; `strict` counts unsupported as not right.
ExitCode exit_code_of(const reports::RunResult& result, bool strict);

}  // namespace assay::suites
