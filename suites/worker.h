// SPDX-License-Identifier: Apache-2.0
// The child's side of a worker process: loads one implementation and does the calls that the parent
// asks for, without ever seeing a golden answer.
#pragma once

namespace assay::suites {

/// The hidden subcommand `assay worker`. argv[1] is "worker"; what follows is written by
/// WorkerProcess. Any program that runs cases calls this from its own main when argv[1] is
/// "worker", because a worker is by default the running program itself, started again. Returns the
/// exit status.
int worker_main(int argc, char** argv);

}  // namespace assay::suites
