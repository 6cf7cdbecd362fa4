// SPDX-License-Identifier: Apache-2.0
// In a worker: one function of the implementation, called so that whatever it does short of killing
// the process ends up in a report.
#pragma once

#include <functional>

#include "suites/float_environment.h"
#include "suites/worker_protocol.h"

namespace assay::suites {

class Steps {
 public:
  explicit Steps(WorkerStatus& status) : status_(status) {}

  /// Calls `body`, which gives an assay_status, and reports exceptions, changed floating-point
  /// modes (which it restores) and processes left behind (which it ends).
  StepReport take(Stage stage, const std::function<std::int32_t()>& body);

 private:
  WorkerStatus& status_;
  FloatEnvironment environment_ = FloatEnvironment::current();
};

}  // namespace assay::suites
