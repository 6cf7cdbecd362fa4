// SPDX-License-Identifier: Apache-2.0
// assay fixtures import: cases of others as files of cases.
#pragma once

#include "suites/command_line.h"
#include "suites/console.h"

namespace assay::suites {

/// The options of imports: --tokens, --layers.
void add_import_options(boost::program_options::options_description& options);

/// "onnx DIR" or "hf DIR", with -o. Returns the exit code: something_not_right where a golden is
/// not what its witness says. Throws UsageError, fixtures::FixtureError.
int import_cases(const boost::program_options::variables_map& values, int threads,
                 Console& console);

}  // namespace assay::suites
