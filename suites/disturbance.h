// SPDX-License-Identifier: Apache-2.0
// In a worker: holds the threads of the process up at random while a call runs, so that they meet
// in another order every time. It needs nothing of the implementation: threads are stopped by a
// signal whose handler sleeps.
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "suites/worker_status.h"

namespace assay::suites {

class Disturbance {
 public:
  /// Counts delays in `status`, which must outlive it. There is one per process.
  explicit Disturbance(WorkerStatus& status);
  ~Disturbance();
  Disturbance(const Disturbance&) = delete;
  Disturbance& operator=(const Disturbance&) = delete;

  /// Sends about half of the other threads to sleep for 0 to 200 us, more where the system's timer
  /// is coarse, and until end() one thread after the other, the calling one among them.
  void begin(std::uint32_t seed);
  void end();

 private:
  void serve();

  std::mutex mutex_;
  std::condition_variable changed_;
  bool active_ = false, stopping_ = false;
  std::uint32_t random_ = 1;
  std::thread disturber_;
};

}  // namespace assay::suites
