// SPDX-License-Identifier: Apache-2.0
// A variant's op sampling, in a worker, as a sampler.
#pragma once

#include <stdexcept>

#include "suites/draw_plan.h"
#include "suites/worker_process.h"

namespace assay::suites {

/// The variant does not sample in class f32 with these attributes; what() is its reason.
struct DrawsUnsupported : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// It failed, changed what is not its own, or left a token out; what() says what and in which call.
struct DrawsBroken : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Asks the worker for tokens in class f32, one call of the op per seed and step. The sampler
/// throws DrawsUnsupported, DrawsBroken and WorkerDied. `worker` must outlive it.
Sampler sampler_of(WorkerProcess& worker, int threads);

}  // namespace assay::suites
