// SPDX-License-Identifier: Apache-2.0
// In a worker: how much of the machine foreign code may take. The time of a call is limited by the
// bench's clock (worker_process.h); these limits are the kernel's, and hold for whatever the worker
// starts, too.
#pragma once

#include <cstdint>
#include <string>

namespace assay::suites {

/// No core files, no file above 1 GiB, not many more threads and processes than the machine has,
/// and `memory` bytes of allocations (0: three quarters of the machine's). The shared tensors do
/// not count. When the machine runs out of memory, this process is the first to go. Returns a
/// warning where memory cannot be limited, because a sanitizer reserves terabytes.
std::string limit_process(std::uint64_t memory);

/// From now on so many seconds of processor time; the process is ended by SIGXCPU beyond them. 0:
/// no limit. Its children have as much from their start as it has altogether.
void limit_processor_time(std::uint64_t seconds);

}  // namespace assay::suites
