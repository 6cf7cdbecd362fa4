// SPDX-License-Identifier: Apache-2.0
// How long the bench waits for an answer. Time in which it was itself stopped, or kept from the
// processor, tells nothing about whom it waits for, and does not count.
#pragma once

#include <algorithm>
#include <chrono>

namespace assay::suites {

class Patience {
 public:
  using Clock = std::chrono::steady_clock;

  /// How long to wait at most before is_over() is asked again.
  static constexpr std::chrono::milliseconds glance{50};

  explicit Patience(Clock::duration limit) : left_(limit) {}

  /// Since the last look, or since it began.
  bool is_over() {
    const Clock::time_point now = Clock::now();
    left_ -= std::min<Clock::duration>(now - looked_, 2 * glance);
    looked_ = now;
    return left_ <= Clock::duration::zero();
  }

  void begin_again(Clock::duration limit) { left_ = limit; }

 private:
  Clock::duration left_;
  Clock::time_point looked_ = Clock::now();
};

}  // namespace assay::suites
