// SPDX-License-Identifier: Apache-2.0
// Why a worker died, as one line that points at the tensor and the function.
#pragma once

#include <string>
#include <vector>

#include "suites/arena.h"

namespace assay::suites {

/// A tensor of the request at hand, in the order in which the worker maps them.
struct PlacedTensor {
  std::string name;
  Region region;
  bool output;
};

/// "SIGSEGV in run(): wrote to input k". `exit_status` is waitpid's.
std::string manner_of_death(int exit_status, const WorkerStatus& status,
                            const std::vector<PlacedTensor>& placed);

}  // namespace assay::suites
