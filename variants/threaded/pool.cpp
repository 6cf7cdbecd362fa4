// SPDX-License-Identifier: Apache-2.0
#include "variants/threaded/pool.h"

#include <unistd.h>

#include <memory>

namespace assay::variants::threaded {
namespace {

/// Leaves the core's resources to its other thread for a moment.
void pause() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#endif
}

}  // namespace

Pool::Pool(std::size_t threads, std::chrono::microseconds spin) : spin_(spin) {
  try {
    for (std::size_t index = 1; index < threads; ++index) {
      threads_.emplace_back([this, index] { serve(index); });
    }
  } catch (...) {  // no more threads are to be had; those that run would end the process
    stop();
    throw;
  }
}

Pool::~Pool() { stop(); }

void Pool::stop() {
  stopping_ = true;
  round_.fetch_add(std::uint64_t{1} << bits_of_parts, std::memory_order_release);
  round_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

std::uint64_t Pool::changed(const std::atomic<std::uint64_t>& value, std::uint64_t old) const {
  const auto end = std::chrono::steady_clock::now() + spin_;
  while (spin_.count() > 0) {
    for (int i = 0; i < 50; ++i) {
      const std::uint64_t now = value.load(std::memory_order_acquire);
      if (now != old) return now;
      pause();
    }
    if (std::chrono::steady_clock::now() >= end) break;
  }
  value.wait(old, std::memory_order_acquire);
  return value.load(std::memory_order_acquire);
}

void Pool::run(std::size_t parts, const std::function<void(std::size_t)>& part) const {
  if (parts <= 1) {
    if (parts == 1) part(0);
    return;
  }
  part_ = &part;
  failure_ = nullptr;
  unfinished_.store(parts - 1, std::memory_order_relaxed);
  const std::uint64_t number = (round_.load(std::memory_order_relaxed) >> bits_of_parts) + 1;
  round_.store(number << bits_of_parts | parts, std::memory_order_release);
  round_.notify_all();
  std::exception_ptr own_failure;
  try {
    part(0);
  } catch (...) {
    own_failure = std::current_exception();
  }
  for (std::uint64_t left = unfinished_.load(std::memory_order_acquire); left != 0;) {
    left = changed(unfinished_, left);
  }
  if (own_failure == nullptr) own_failure = failure_;
  if (own_failure != nullptr) std::rethrow_exception(own_failure);
}

void Pool::serve(std::size_t index) {
  constexpr std::uint64_t parts_mask = (std::uint64_t{1} << bits_of_parts) - 1;
  for (std::uint64_t round = 0;;) {
    round = changed(round_, round);
    if (stopping_) return;
    if (index >= (round & parts_mask)) continue;
    try {
      (*part_)(index);
    } catch (...) {
      const std::lock_guard lock(failure_mutex_);
      failure_ = std::current_exception();
    }
    if (unfinished_.fetch_sub(1, std::memory_order_release) == 1) unfinished_.notify_one();
  }
}

const Executor& pool_of(int threads, std::chrono::microseconds spin) {
  struct Owned {
    std::unique_ptr<Pool> pool;
    pid_t process = 0;
    std::chrono::microseconds spin{};
  };
  static Owned owned;
  const auto width = static_cast<std::size_t>(std::max(1, threads));
  if (owned.process != getpid()) {
    // The threads stayed in the parent: their object can neither be used nor joined here.
    static_cast<void>(owned.pool.release());
    owned.process = getpid();
  }
  if (owned.pool == nullptr || owned.pool->width() != width || owned.spin != spin) {
    owned.pool = std::make_unique<Pool>(width, spin);
    owned.spin = spin;
  }
  return *owned.pool;
}

}  // namespace assay::variants::threaded
