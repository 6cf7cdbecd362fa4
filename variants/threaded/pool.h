// SPDX-License-Identifier: Apache-2.0
// Threads that wait for parts of a call: started once, asleep in between, so that they disturb
// nobody and cost a call a few microseconds instead of the 30 of a new thread.
#pragma once

#include <condition_variable>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

#include "variants/kernels/executor.h"

namespace assay::variants::threaded {

/// An executor of up to `threads` parts at a time, the caller's thread among them. Part i always
/// runs on thread i: the partition is static. One call at a time.
class Pool final : public Executor {
 public:
  explicit Pool(std::size_t threads);
  ~Pool() override;
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  [[nodiscard]] std::size_t width() const override { return threads_.size() + 1; }
  void run(std::size_t parts, const std::function<void(std::size_t)>& part) const override;

 private:
  void serve(std::size_t index);

  mutable std::mutex mutex_;
  mutable std::condition_variable work_arrived_, work_done_;
  // All guarded by mutex_. A new round is a new number, so that no thread can take one twice.
  mutable const std::function<void(std::size_t)>* part_ = nullptr;
  mutable std::size_t round_ = 0, parts_ = 0, unfinished_ = 0;
  mutable std::exception_ptr failure_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

/// The pool of this process with exactly that width; made anew when the width changes, or in a
/// child after fork(), which inherits no threads.
const Executor& pool_of(int threads);

}  // namespace assay::variants::threaded
