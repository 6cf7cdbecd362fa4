// SPDX-License-Identifier: Apache-2.0
#include "suites/threads_left.h"

#include <sys/stat.h>
#include <time.h>

#include <chrono>
#include <cstdint>
#include <thread>

namespace assay::suites {
namespace {

/// The calling one included.
int threads_of_process() {
  // A folder has a link for itself, one for its name, and one for each folder in it.
  struct stat tasks {};
  return stat("/proc/self/task", &tasks) == 0 ? static_cast<int>(tasks.st_nlink) - 2 : 1;
}

/// That all threads together have had of the processors.
std::chrono::nanoseconds computed() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

}  // namespace

void ThreadsLeft::begin() { before_ = now_ = threads_of_process(); }

bool ThreadsLeft::have_grown() {
  const int last = now_;
  now_ = threads_of_process();
  for (int i = 0; i < 20 && now_ > last; ++i) {
    std::this_thread::sleep_for(std::chrono::microseconds(100));
    now_ = threads_of_process();
  }
  return now_ > last;
}

bool ThreadsLeft::compute() {
  constexpr std::chrono::milliseconds moment{10};
  constexpr std::chrono::microseconds waking_up{300};  // of the calling thread
  for (int i = 0; i < 4; ++i) {
    const auto before = computed();
    std::this_thread::sleep_for(moment);
    if (computed() - before < waking_up) return false;
  }
  return true;
}

}  // namespace assay::suites
