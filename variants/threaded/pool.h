// SPDX-License-Identifier: Apache-2.0
// Threads that wait for parts of a call: started once, and between calls asleep, or first spinning
// for a moment, since in a model the next kernel follows within microseconds.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
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
  /// spin: how long a thread looks for work, or for the end of it, before it sleeps. Throws
  /// std::system_error where the system gives fewer threads.
  explicit Pool(std::size_t threads, std::chrono::microseconds spin = {});
  ~Pool() override;
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  [[nodiscard]] std::size_t width() const override { return threads_.size() + 1; }
  void run(std::size_t parts, const std::function<void(std::size_t)>& part) const override;

 private:
  /// Ends the threads.
  void stop();
  void serve(std::size_t index);
  /// What `value` is once it is no longer `old`.
  std::uint64_t changed(const std::atomic<std::uint64_t>& value, std::uint64_t old) const;

  // The number of the round at hand and how many parts it has, in one word: a thread without a part
  // may miss rounds, and nobody waits for it. A new round is a new number, so that no thread can
  // take one twice.
  mutable std::atomic<std::uint64_t> round_{0};
  static constexpr int bits_of_parts = 16;
  // Written before round_, read only by threads that have a part.
  mutable const std::function<void(std::size_t)>* part_ = nullptr;
  mutable std::atomic<std::uint64_t> unfinished_{0};
  std::atomic<bool> stopping_{false};
  mutable std::mutex failure_mutex_;
  mutable std::exception_ptr failure_;
  std::chrono::microseconds spin_;
  std::vector<std::thread> threads_;
};

/// The pool of this process with exactly that width and spin; made anew when they change, or in a
/// child after fork(), which inherits no threads.
const Executor& pool_of(int threads, std::chrono::microseconds spin = {});

}  // namespace assay::variants::threaded
