// SPDX-License-Identifier: Apache-2.0
#include "suites/disturbance.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <filesystem>
#include <string>
#include <system_error>
#include <vector>

namespace assay::suites {
namespace {

constexpr std::uint32_t longest_delay = 200'000, longest_pause = 100'000;  // nanoseconds

// A signal handler reaches nothing but what is static.
WorkerStatus* noted_status = nullptr;
std::atomic<bool> in_call{false};
std::atomic<std::uint32_t> handler_random{1};
// Delays that were asked for and are not over. The next one waits for them, or a thread that is
// held up faster than it wakes would never go on.
std::atomic<int> under_way{0};

int delay_signal() { return SIGRTMAX - 1; }  // the first ones are taken by thread libraries

/// xorshift32 (Marsaglia 2003), never 0.
std::uint32_t next_random(std::uint32_t value) {
  value ^= value << 13;
  value ^= value >> 17;
  value ^= value << 5;
  return value;
}

void sleep_for(std::uint32_t nanoseconds) {
  const timespec duration{0, static_cast<long>(nanoseconds)};
  nanosleep(&duration, nullptr);
}

void delay(int) {
  const int error = errno;
  if (in_call) {
    // Two threads may take the same number: all that matters is that it changes.
    const std::uint32_t random = next_random(handler_random);
    handler_random = random;
    ++noted_status->delays;
    sleep_for(random % longest_delay);
  }
  --under_way;
  errno = error;
}

pid_t this_thread() { return static_cast<pid_t>(syscall(SYS_gettid)); }

/// Every thread of this process but the calling one.
std::vector<pid_t> other_threads() {
  namespace fs = std::filesystem;
  std::vector<pid_t> threads;
  std::error_code ignored;
  for (const fs::directory_entry& each : fs::directory_iterator("/proc/self/task", ignored)) {
    const auto thread = static_cast<pid_t>(std::atol(each.path().filename().c_str()));
    if (thread != this_thread()) threads.push_back(thread);
  }
  return threads;
}

void hold_up(pid_t thread) {
  ++under_way;
  if (syscall(SYS_tgkill, getpid(), thread, delay_signal()) != 0) --under_way;  // it has ended
}

}  // namespace

Disturbance::Disturbance(WorkerStatus& status) {
  noted_status = &status;
  struct sigaction action {};
  action.sa_handler = delay;
  action.sa_flags = SA_RESTART;
  sigemptyset(&action.sa_mask);
  sigaction(delay_signal(), &action, nullptr);
  disturber_ = std::thread([this] { serve(); });
}

Disturbance::~Disturbance() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  disturber_.join();
}

void Disturbance::begin(std::uint32_t seed) {
  std::uint32_t random = next_random(seed * 2 + 1);
  handler_random = random;
  under_way = 0;  // a thread that ended took its signal along
  in_call = true;
  // Threads that wait for work would be hit too late by somebody who looks at the clock.
  for (const pid_t thread : other_threads()) {
    random = next_random(random);
    if (random % 2 == 0) hold_up(thread);
  }
  {
    const std::lock_guard lock(mutex_);
    random_ = next_random(random);
    active_ = true;
  }
  changed_.notify_all();
}

void Disturbance::end() {
  in_call = false;
  const std::lock_guard lock(mutex_);
  active_ = false;
}

void Disturbance::serve() {
  sigset_t own;
  sigemptyset(&own);
  sigaddset(&own, delay_signal());
  pthread_sigmask(SIG_BLOCK, &own, nullptr);
  prctl(PR_SET_TIMERSLACK, 1UL, 0UL, 0UL, 0UL);
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return stopping_ || active_; });
    if (stopping_) return;
    random_ = next_random(random_);
    const std::uint32_t random = random_;
    lock.unlock();
    const std::vector<pid_t> threads = other_threads();
    const bool is_alone = threads.size() < 2;  // the caller's thread has nobody to meet
    if (under_way <= 0 && !is_alone) hold_up(threads[random / longest_pause % threads.size()]);
    sleep_for(random % longest_pause);
    lock.lock();
  }
}

}  // namespace assay::suites
