// SPDX-License-Identifier: Apache-2.0
// In a worker: writes what a deadly signal was about into shared memory before the process dies of
// it.
#pragma once

#include "suites/worker_status.h"

namespace assay::suites {

/// From now on SIGSEGV, SIGBUS, SIGILL, SIGFPE and SIGABRT leave a note in `status`, which must
/// stay mapped until the process ends. The signal then has its usual effect. The note is taken on a
/// stack of its own, so that a stack overflow is noted too.
void note_faults(WorkerStatus& status);

}  // namespace assay::suites
