// SPDX-License-Identifier: Apache-2.0
// The processes that a process has started, and those that these have started.
#pragma once

#include <sys/types.h>

#include <vector>

namespace assay::suites {

/// Its children, as the kernel lists them now; none if the process is gone.
std::vector<pid_t> children_of(pid_t process);

/// Kills all that descend from it, but not itself. Where `process` adopts orphans, that is
/// everything that it has ever started and that still runs.
void kill_descendants(pid_t process);

}  // namespace assay::suites
