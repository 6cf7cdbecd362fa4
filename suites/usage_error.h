// SPDX-License-Identifier: Apache-2.0
// What a command throws when it cannot be understood, as opposed to when it cannot be done.
#pragma once

#include <stdexcept>

namespace assay::suites {

/// what() is one line; the exit code is usage_error.
struct UsageError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

}  // namespace assay::suites
