// SPDX-License-Identifier: Apache-2.0
#include "variants/threaded/pool.h"

#include <unistd.h>

#include <memory>

namespace assay::variants::threaded {

Pool::Pool(std::size_t threads) {
  for (std::size_t index = 1; index < threads; ++index) {
    threads_.emplace_back([this, index] { serve(index); });
  }
}

Pool::~Pool() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  work_arrived_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void Pool::run(std::size_t parts, const std::function<void(std::size_t)>& part) const {
  if (parts <= 1) {
    if (parts == 1) part(0);
    return;
  }
  {
    const std::lock_guard lock(mutex_);
    part_ = &part;
    parts_ = parts;
    unfinished_ = parts - 1;
    failure_ = nullptr;
    ++round_;
  }
  work_arrived_.notify_all();
  std::exception_ptr own_failure;
  try {
    part(0);
  } catch (...) {
    own_failure = std::current_exception();
  }
  std::unique_lock lock(mutex_);
  work_done_.wait(lock, [this] { return unfinished_ == 0; });
  if (own_failure == nullptr) own_failure = failure_;
  if (own_failure != nullptr) std::rethrow_exception(own_failure);
}

void Pool::serve(std::size_t index) {
  std::size_t seen_round = 0;
  std::unique_lock lock(mutex_);
  while (true) {
    work_arrived_.wait(lock, [&] { return stopping_ || round_ != seen_round; });
    if (stopping_) return;
    seen_round = round_;
    if (index >= parts_) continue;
    const auto& part = *part_;
    lock.unlock();
    std::exception_ptr failure;
    try {
      part(index);
    } catch (...) {
      failure = std::current_exception();
    }
    lock.lock();
    if (failure != nullptr) failure_ = failure;
    if (--unfinished_ == 0) work_done_.notify_one();
  }
}

const Executor& pool_of(int threads) {
  struct Owned {
    std::unique_ptr<Pool> pool;
    pid_t process = 0;
  };
  static Owned owned;
  const auto width = static_cast<std::size_t>(std::max(1, threads));
  if (owned.process != getpid()) {
    // The threads stayed in the parent: their object can neither be used nor joined here.
    static_cast<void>(owned.pool.release());
    owned.process = getpid();
  }
  if (owned.pool == nullptr || owned.pool->width() != width) {
    owned.pool = std::make_unique<Pool>(width);
  }
  return *owned.pool;
}

}  // namespace assay::variants::threaded
