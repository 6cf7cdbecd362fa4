// SPDX-License-Identifier: Apache-2.0
// What the exit code of the command line says.
#pragma once

namespace assay::suites {

enum ExitCode : int {
  all_right = 0,            // everything judged is right, or the command did what it was asked
  something_not_right = 1,  // imprecise, wrong or broken; under --strict also unsupported
  usage_error = 2,          // the command cannot be understood
  bench_failed = 3,         // the bench could not do its job: files, memory, interruption
  nothing_judged = 4,       // not one verdict on numbers
};

}  // namespace assay::suites
