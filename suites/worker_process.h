// SPDX-License-Identifier: Apache-2.0
// The bench's handle on one worker: starts it, talks to it, notices how it ends, starts it again.
#pragma once

#include <sys/types.h>

#include <algorithm>
#include <chrono>
#include <deque>
#include <filesystem>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "suites/arena.h"
#include "suites/manner_of_death.h"
#include "suites/worker_protocol.h"

namespace assay::suites {

// Where a worker finds its channel and its arena: high numbers, so that a program that counts its
// descriptors from below does not stumble over them.
inline constexpr int worker_channel_descriptor = 200;
inline constexpr int worker_arena_descriptor = 201;

// How a worker ends when it cannot go on.
inline constexpr int worker_exit_usage = 94;
inline constexpr int worker_exit_orphaned = 95;
inline constexpr int worker_exit_channel_lost = 96;

struct WorkerOptions {
  std::string variant;  // as variants::load() takes it
  /// The program that is a worker when its first argument is "worker": the running one, whose main
  /// must then call worker_main() (worker.h), or the path of the assay binary.
  std::filesystem::path executable = "/proc/self/exe";
  /// Put before the worker's command. Then nothing is captured (the worker's stdout is our stderr)
  /// and there is no time limit, because somebody may be looking at it with a debugger.
  std::vector<std::string> wrapper;
  std::chrono::milliseconds time_limit{10'000};  // of one call into the implementation
  std::uint64_t memory_limit = 0;  // bytes that it may allocate; 0: three quarters of the machine's
};

/// The worker ended, or had to be ended; what() is why, one line: "SIGSEGV in run(): wrote past the
/// end of out". It has been reaped; restart() makes a new one.
struct WorkerDied : std::runtime_error {
  WorkerDied(const std::string& what, bool of_before)
      : runtime_error(what), from_before(of_before) {}
  bool from_before;  // no call was under way that could have caused it: an earlier one did
};

/// No worker could be started, or it could not load the implementation; what() is one line.
struct WorkerError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

class WorkerProcess {
 public:
  /// Starts a worker and has it load the implementation. Throws WorkerError.
  explicit WorkerProcess(WorkerOptions options);
  ~WorkerProcess();
  WorkerProcess(const WorkerProcess&) = delete;
  WorkerProcess& operator=(const WorkerProcess&) = delete;

  [[nodiscard]] const Description& description() const { return description_; }
  /// Where tensors are placed before a request names their regions.
  [[nodiscard]] Arena& arena() { return arena_; }
  /// Of the worker that runs now; -1 if none does.
  [[nodiscard]] pid_t process() const { return process_; }

  /// Queues a request. Several may be sent before the first reply is received.
  void send(const Request& request);
  /// The reply to the oldest request without one. Throws WorkerDied; all requests are lost then.
  Reply receive();
  /// send() and receive().
  Reply ask(const Request& request);

  /// Ends the process, if there is one, and starts another. Throws WorkerError.
  void restart();

  /// Something that the report should say about this implementation, once however often it
  /// happens; `where` it did first.
  void remark(const std::string& what, const std::string& where);
  [[nodiscard]] const std::map<std::string, std::string>& remarks() const { return remarks_; }

  /// How many threads calls have left behind, and the most so far.
  void note_threads_left(int count) { most_threads_left_ = std::max(most_threads_left_, count); }
  [[nodiscard]] int most_threads_left() const { return most_threads_left_; }

  /// What the implementation printed since the last call, at most 16 KiB of it.
  std::string take_output();

 private:
  void start();
  [[nodiscard]] std::string preload() const;
  void stop();
  std::string next_message();
  /// Whether the process may have ended.
  bool wait_for_events(std::chrono::milliseconds longest);
  void pump_channel();
  void drain_output();
  [[noreturn]] void die(const std::string& reason);
  [[noreturn]] void die_as_it_did();
  std::uint64_t steps_under_way() const;
  bool reap(std::chrono::milliseconds patience);

  WorkerOptions options_;
  Arena arena_;
  Description description_;
  pid_t process_ = -1;
  int process_descriptor_ = -1, channel_ = -1, output_pipe_ = -1;
  std::uint64_t token_ = 0;
  std::string inbox_, outbox_, printed_;
  std::size_t printed_beyond_ = 0;
  bool channel_closed_ = false;
  int exit_status_ = 0;
  std::map<std::string, std::string> remarks_;  // where, by what
  int most_threads_left_ = 0;
  struct Pending {
    std::vector<PlacedTensor> placed;
    std::uint64_t steps = 0;  // calls into the implementation, at most
  };
  std::deque<Pending> pending_;       // the requests without a reply
  std::vector<PlacedTensor> opened_;  // those of the latest open that was answered
};

}  // namespace assay::suites
