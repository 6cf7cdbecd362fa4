// SPDX-License-Identifier: Apache-2.0
// A child of this process for work that may crash or hang: whatever becomes of it is a result. It
// has the memory of its parent, and nothing else is judged in it: implementations of others are
// run in a worker (worker_process.h).
#pragma once

#include <sys/types.h>

#include <functional>

namespace assay::suites {

/// One at work, and the end of the pipe that it writes into. Both are the owner's: to be reaped and
/// to be closed.
struct ExpendableProcess {
  pid_t process;
  int pipe;
};

/// Does `work` in a child, which is given the pipe to write into. A crash leaves neither a core nor
/// the handlers of this process behind, Ctrl-C is the parent's matter, and what the work throws
/// ends the child. Throws std::runtime_error where no process can be had.
ExpendableProcess start_expendable(const std::function<void(int pipe)>& work);

}  // namespace assay::suites
