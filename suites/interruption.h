// SPDX-License-Identifier: Apache-2.0
// Ctrl-C as a wish instead of a death: the case at hand is finished and what was found is written.
#pragma once

namespace assay::suites {

/// While one of these lives, the first SIGINT or SIGTERM is only noted; the second one ends the
/// process as usual. At most one at a time.
class Interruption {
 public:
  Interruption();
  ~Interruption();
  Interruption(const Interruption&) = delete;
  Interruption& operator=(const Interruption&) = delete;

  [[nodiscard]] bool wanted() const;
};

}  // namespace assay::suites
