// SPDX-License-Identifier: Apache-2.0
#include "suites/worker_process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "suites/descendants.h"
#include "suites/patience.h"
#include "suites/spawn.h"

namespace assay::suites {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr std::size_t most_printed = 16 * 1024;

std::uint64_t random_token() {
  std::uint64_t token = 0;
  if (getrandom(&token, sizeof token, 0) != sizeof token) return 0x5eed;
  return token;
}

void close_descriptor(int& descriptor) {
  if (descriptor >= 0) close(descriptor);
  descriptor = -1;
}

}  // namespace

WorkerProcess::WorkerProcess(WorkerOptions options) : options_(std::move(options)) { start(); }

WorkerProcess::~WorkerProcess() { stop(); }

void WorkerProcess::start() {
  arena_.clear();
  WorkerStatus& status = arena_.status();
  status.stage = Stage::starting;
  status.fault_signal = 0;
  status.fault_in_background = false;
  status.channel_lost = false;
  status.region_count = 0;
  inbox_.clear();
  outbox_.clear();
  pending_.clear();
  opened_.clear();
  channel_closed_ = false;
  token_ = random_token();

  SpawnedWorker spawned = spawn_worker(options_.executable, options_.variant, options_.wrapper,
                                       preload(), arena_.file());
  process_ = spawned.process;
  channel_ = spawned.channel;
  output_pipe_ = spawned.output;
  process_descriptor_ = static_cast<int>(syscall(SYS_pidfd_open, process_, 0));
  try {
    const auto whole_seconds = std::chrono::ceil<std::chrono::seconds>(options_.time_limit).count();
    const std::uint64_t seconds =
        options_.wrapper.empty() ? static_cast<std::uint64_t>(whole_seconds) : 0;
    outbox_ += packed(Start{options_.variant, options_.memory_limit, seconds}, token_);
    description_ = unpacked<Description>(next_message());
  } catch (const WorkerDied& died) {
    const std::string printed = take_output();
    throw WorkerError(options_.variant + ": " + died.what() +
                      (printed.empty() ? "" : "; it printed: " + printed.substr(0, 300)));
  }
  if (!description_.load_error.empty()) {
    stop();
    throw WorkerError(description_.load_error);
  }
}

/// What must be loaded before the plug-in's other libraries, unless this program has it already.
std::string WorkerProcess::preload() const {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  return "";
#else
  return sanitizer_of(options_.variant.substr(0, options_.variant.rfind('@')));
#endif
}

void WorkerProcess::stop() {
  if (process_ > 0) {
    shutdown(channel_, SHUT_RDWR);
    // A worker in its wrapper may have more to say; one of ours is not asked twice.
    if (options_.wrapper.empty()) {
      kill(process_, SIGSTOP);
      kill_descendants(process_);  // those of another process group, too
      kill(-process_, SIGKILL);
    }
    if (!reap(options_.wrapper.empty() ? std::chrono::milliseconds(1s) : 24h)) {
      kill(process_, SIGKILL);
      reap(1000ms);
    }
  }
  process_ = -1;
  drain_output();
  close_descriptor(channel_);
  close_descriptor(output_pipe_);
  close_descriptor(process_descriptor_);
}

void WorkerProcess::restart() {
  stop();
  start();
}

void WorkerProcess::send(const Request& request) {
  Pending& pending = pending_.emplace_back();
  std::vector<PlacedTensor>& placed = pending.placed;
  constexpr std::uint64_t other_steps = 5;  // supports, prepare, a decoy, release, release before
  pending.steps = request.samples + other_steps;
  if (request.actions & action_open) {
    for (const RegionList& set : request.input_sets) {
      for (std::size_t i = 0; i < set.regions.size(); ++i) {
        placed.push_back({request.call.inputs.at(i).name, set.regions[i], false});
      }
    }
    for (std::size_t i = 0; i < request.outputs.regions.size(); ++i) {
      placed.push_back({request.call.outputs.at(i).name, request.outputs.regions[i], true});
    }
    for (std::size_t i = 0; i < request.decoy.outputs.regions.size(); ++i) {
      placed.push_back({request.call.outputs.at(i).name, request.decoy.outputs.regions[i], true});
    }
  } else {
    placed = pending_.size() > 1 ? pending_[pending_.size() - 2].placed : opened_;
  }
  outbox_ += packed(request, token_);
  pump_channel();
}

Reply WorkerProcess::receive() {
  try {
    Reply reply = unpacked<Reply>(next_message());
    opened_ = std::move(pending_.front().placed);
    pending_.pop_front();
    return reply;
  } catch (const WireError&) {
    die("something was written into the worker's channel");
  }
}

Reply WorkerProcess::ask(const Request& request) {
  send(request);
  return receive();
}

std::string WorkerProcess::next_message() {
  const bool limited = options_.wrapper.empty();
  const WorkerStatus& status = arena_.status();
  std::uint64_t progress = status.progress;
  // What writes over the status cannot earn more time than the calls under way have.
  std::uint64_t extensions = 2 * steps_under_way();
  // Until foreign code is loaded the time is the machine's, which may be busy.
  const bool starts = status.stage == Stage::starting;
  Patience patience(std::max(options_.time_limit, starts ? std::chrono::milliseconds(10s) : 0ms));
  bool may_have_ended = true;
  while (true) {
    pump_channel();
    std::optional<std::uint32_t> length;
    try {
      length = complete_body(inbox_, token_);
    } catch (const WireError&) {
      die("something was written into the worker's channel");
    }
    if (length) {
      std::string body = inbox_.substr(sizeof(MessageHeader), *length);
      inbox_.erase(0, sizeof(MessageHeader) + *length);
      drain_output();
      return body;
    }
    if (channel_closed_) {
      if (reap(200ms)) die_as_it_did();
      die("closed the worker's channel");
    }
    if (may_have_ended && reap(0ms)) {
      pump_channel();  // a reply may have been under way
      if (!complete_body(inbox_, std::nullopt)) die_as_it_did();
      continue;
    }
    const bool is_over = patience.is_over();
    if (status.progress != progress && extensions > 0) {
      --extensions;
      progress = status.progress;
      patience.begin_again(options_.time_limit);
    } else if (limited && is_over) {
      die("no answer within " + std::to_string(options_.time_limit.count()) + " ms " +
          words_of(status.stage) + "; its process was stopped");
    }
    may_have_ended = wait_for_events(Patience::glance);
  }
}

bool WorkerProcess::wait_for_events(std::chrono::milliseconds longest) {
  const short channel_events = outbox_.empty() ? POLLIN : POLLIN | POLLOUT;
  pollfd events[] = {
      {channel_, channel_events, 0}, {output_pipe_, POLLIN, 0}, {process_descriptor_, POLLIN, 0}};
  poll(events, 3, static_cast<int>(longest.count()));
  if (events[1].revents & POLLIN) drain_output();
  // The last writer is gone: a hung-up pipe would end every further wait at once.
  if (events[1].revents == POLLHUP) close_descriptor(output_pipe_);
  return process_descriptor_ < 0 || events[2].revents != 0;
}

void WorkerProcess::pump_channel() {
  while (!outbox_.empty()) {
    const ssize_t count =
        ::send(channel_, outbox_.data(), outbox_.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (count <= 0) break;
    outbox_.erase(0, static_cast<std::size_t>(count));
  }
  char chunk[1 << 14];
  while (!channel_closed_) {
    const ssize_t count = recv(channel_, chunk, sizeof chunk, MSG_DONTWAIT);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && errno == EAGAIN) break;
    if (count <= 0) {
      channel_closed_ = true;
    } else {
      inbox_.append(chunk, static_cast<std::size_t>(count));
      if (static_cast<std::size_t>(count) < sizeof chunk) break;
    }
  }
}

void WorkerProcess::drain_output() {
  char chunk[1 << 14];
  while (output_pipe_ >= 0) {
    const ssize_t count = read(output_pipe_, chunk, sizeof chunk);
    if (count <= 0) return;
    const auto size = static_cast<std::size_t>(count);
    const std::size_t kept = std::min(size, most_printed - std::min(most_printed, printed_.size()));
    printed_.append(chunk, kept);
    printed_beyond_ += size - kept;
    if (size < sizeof chunk) return;
  }
}

void WorkerProcess::remark(const std::string& what, const std::string& where) {
  remarks_.try_emplace(what, where);
}

std::string WorkerProcess::take_output() {
  drain_output();
  std::string text = std::exchange(printed_, {});
  if (printed_beyond_ > 0) text += "... (" + std::to_string(printed_beyond_) + " bytes more)\n";
  printed_beyond_ = 0;
  return text;
}

bool WorkerProcess::reap(std::chrono::milliseconds patience) {
  if (process_ <= 0) return true;
  const Clock::time_point deadline = Clock::now() + patience;
  while (true) {
    if (waitpid(process_, &exit_status_, WNOHANG) == process_) {
      // What it left running in its process group goes with it.
      if (options_.wrapper.empty()) kill(-process_, SIGKILL);
      process_ = -1;
      return true;
    }
    if (Clock::now() >= deadline) return false;
    pollfd ended{process_descriptor_, POLLIN, 0};
    poll(&ended, 1, 10);
  }
}

void WorkerProcess::die(const std::string& reason) {
  stop();
  throw WorkerDied(reason, false);
}

std::uint64_t WorkerProcess::steps_under_way() const {
  std::uint64_t steps = 1;  // loading it
  for (const Pending& each : pending_) steps += each.steps;
  return steps;
}

void WorkerProcess::die_as_it_did() {
  const WorkerStatus& status = arena_.status();
  const std::vector<PlacedTensor>& placed = pending_.empty() ? opened_ : pending_.front().placed;
  const std::string reason = manner_of_death(exit_status_, status, placed);
  const bool between_calls = status.stage == Stage::idle && !status.channel_lost;
  stop();
  throw WorkerDied(reason, between_calls || status.fault_in_background);
}

}  // namespace assay::suites
