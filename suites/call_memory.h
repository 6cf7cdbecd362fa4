// SPDX-License-Identifier: Apache-2.0
// What a call needs beside its tensors, seen from outside: the memory of the worker's process
// before, after and at the height of a call.
#pragma once

#include <optional>

#include "fixtures/case.h"
#include "suites/worker_process.h"

namespace assay::suites {

/// Bytes that a call allocates at most at a time, those that the implementation keeps (packed
/// weights, a buffer for the next call) included; in whole pages. In a worker of its own, so that
/// nothing is there from earlier calls. Nothing where the call fails or the system does not tell.
/// Throws WorkerError.
std::optional<double> call_memory(const WorkerOptions& options, const fixtures::Case& shape,
                                  const NumberClass& number_class, int threads);

}  // namespace assay::suites
