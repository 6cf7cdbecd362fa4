// SPDX-License-Identifier: Apache-2.0
// The threads that calls leave in their process: how many there are, and whether they wait or work.
#pragma once

namespace assay::suites {

class ThreadsLeft {
 public:
  /// Threads that there are from now on count as left.
  void begin();

  /// Counts anew; returns whether there are more than the last time. A thread that was joined may
  /// still be listed for a moment, which is waited for.
  bool have_grown();

  /// As last counted.
  [[nodiscard]] int count() const { return now_ - before_; }
  /// The calling thread is the only one.
  [[nodiscard]] bool alone() const { return now_ == 1; }

  /// Whether other threads compute while this one sleeps. Some spin for a while before they sleep,
  /// and where a processor is shared, that takes longer: up to 40 ms are given to them.
  static bool compute();

 private:
  int before_ = 1, now_ = 1;
};

}  // namespace assay::suites
