// SPDX-License-Identifier: Apache-2.0
#include "suites/worker.h"

#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <system_error>
#include <thread>

#include "suites/cache_sweep.h"
#include "suites/disturbance.h"
#include "suites/fault_handler.h"
#include "suites/guarded_memory.h"
#include "suites/guarded_step.h"
#include "suites/open_call.h"
#include "suites/process_limits.h"
#include "suites/process_state.h"
#include "suites/threads_left.h"
#include "suites/worker_channel.h"
#include "suites/worker_process.h"
#include "suites/worker_protocol.h"
#include "variants/list.h"

namespace assay::suites {
namespace {

std::string text_of(const char* text) { return text == nullptr ? "" : text; }

/// How long work that goes on after run() is given to show itself.
constexpr std::chrono::milliseconds grace{20};

class Worker {
 public:
  Worker(int arena, WorkerStatus& status)
      : arena_(arena), status_(status), memory_(arena), steps_(status) {}

  Description load(const Start& start) {
    Description description;
    time_limit_ = start.time_limit * std::max(1u, std::thread::hardware_concurrency());
    limit_processor_time(time_limit_);
    const StepReport loading = steps_.take(Stage::loading, [&] {
      implementation_ = &variants::load(start.variant);
      return ASSAY_OK;
    });
    if (implementation_ == nullptr) {
      description.load_error = loading.exception;
      return description;
    }
    description.name = implementation_->name;
    description.version = implementation_->version;
    description.summary = implementation_->summary;
    description.grades = implementation_->grades;
    description.targets = text_of(implementation_->targets);
    if (!loading.environment.empty()) {
      description.warnings.push_back(
          "loading it changed the floating-point modes of the process (" + loading.environment +
          "), as -ffast-math does; they were set back before every call");
    }
    if (const std::string changed = changes(); !changed.empty())
      description.warnings.push_back("loading it changed " + changed);
    threads_.begin();
    const std::string unlimited = limit_process(start.memory_limit);
    if (!unlimited.empty()) description.warnings.push_back(unlimited);
    return description;
  }

  Reply answer(Request request) {
    Reply reply;
    limit_processor_time(time_limit_ * (request.samples + 5));
    try {
      auto call = std::make_unique<OpenCall>(std::move(request.call));
      if (request.actions & action_supports) reply.supports = supports(*call);
      if (!refused_) {
        if (request.actions & action_open) reply.prepare = open(std::move(call), request);
        if (request.actions & action_run && open_) run(request, reply);
        if (request.actions & action_close) reply.release = close();
      }
      if (request.actions & action_inspect) reply.left_changed = changes();
    } catch (const std::system_error& error) {
      // Without its file or address space a worker is of no use any more.
      status_.channel_lost = error.code() == std::errc::bad_file_descriptor;
      if (status_.channel_lost) throw ChannelLost();
      reply.error = error.what();
    }
    return reply;
  }

 private:
  StepReport supports(const OpenCall& call) {
    char text[1024] = "";
    StepReport report = steps_.take(Stage::supports, [&] {
      return implementation_->supports(&call.described(), text, sizeof text);
    });
    text[sizeof text - 1] = '\0';
    report.text = text;
    refused_ = report.status != ASSAY_OK || !report.exception.empty();
    return report;
  }

  StepReport open(std::unique_ptr<OpenCall> call, const Request& request) {
    close();
    call->map(request, memory_, status_);
    StepReport report;
    if (implementation_->prepare != nullptr) {
      report = steps_.take(Stage::prepare, [&] {
        const auto begin = std::chrono::steady_clock::now();
        const std::int32_t status = implementation_->prepare(&call->with_weights(), &prepared_);
        report_nanoseconds_ = nanoseconds_since(begin);
        return status;
      });
      report.nanoseconds = {report_nanoseconds_};
      explain(report);
    }
    if (report.status == ASSAY_OK && report.exception.empty()) open_ = std::move(call);
    return report;
  }

  /// The call that nobody judges. What it answers is its own affair, unless it ends the process.
  void be_misled(const Decoy& decoy) {
    if (decoy.outputs.regions.empty() || open_->decoy() == nullptr) return;
    steps_.take(Stage::run, [&] { return implementation_->run(open_->decoy(), prepared_); });
    for (const Patch& each : decoy.patches) {
      const auto at = static_cast<off_t>(each.offset);
      if (pwrite(arena_, each.bytes.data(), each.bytes.size(), at) < 0)
        throw std::system_error(errno, std::generic_category(), "the arena of the tensors");
    }
  }

  void run(const Request& request, Reply& reply) {
    be_misled(request.decoy);
    std::vector<std::int64_t> nanoseconds;
    nanoseconds.reserve(request.samples);
    std::size_t set = request.first_set;
    StepReport report;
    for (std::uint32_t sample = 0; sample < request.samples; ++sample) {
      if (request.sweep != 0) sweep_caches_(request.sweep);
      if (request.disturbance != 0) disturbance().begin(request.disturbance);
      report = steps_.take(Stage::run, [&] {
        std::int32_t status = ASSAY_OK;
        const auto begin = std::chrono::steady_clock::now();
        for (std::uint32_t i = 0; i < request.calls && status == ASSAY_OK; ++i) {
          status = implementation_->run(&open_->with_data(set++), prepared_);
        }
        nanoseconds.push_back(nanoseconds_since(begin));
        return status;
      });
      if (request.disturbance != 0) disturbance_->end();
      if (report.status != ASSAY_OK || !report.exception.empty() || report.process_left ||
          !report.environment.empty())
        break;
    }
    explain(report);
    report.nanoseconds = std::move(nanoseconds);
    reply.outputs = open_->outputs_fingerprint();
    if (threads_.have_grown()) {
      std::this_thread::sleep_for(grace);
      reply.threads_work = ThreadsLeft::compute();
    }
    reply.threads_left = threads_.count();
    reply.run = std::move(report);
  }

  /// In the process, since this was asked before.
  std::string changes() {
    ProcessState now = ProcessState::current();
    std::string words = difference(state_, now);
    state_ = std::move(now);
    if (words.empty()) return words;
    // A deadly signal in another thread takes its handler away as it arrives: then the process is
    // about to end, which says more than this.
    std::this_thread::sleep_for(grace);
    while (status_.fault_signal != 0) pause();
    return words;
  }

  StepReport close() {
    StepReport report;
    if (open_ != nullptr && implementation_->release != nullptr && prepared_ != nullptr) {
      report = steps_.take(Stage::release, [&] {
        implementation_->release(prepared_);
        return ASSAY_OK;
      });
    }
    prepared_ = nullptr;
    open_.reset();
    memory_.clear(threads_.alone());
    return report;
  }

  /// Asks a function that failed for the reason.
  void explain(StepReport& report) {
    if (!report.done || report.status == ASSAY_OK || !report.exception.empty()) return;
    const char* text = implementation_->last_error();
    report.text = text == nullptr ? "last_error() gave NULL" : text;
  }

  /// Its thread is started by the first call that wants it.
  Disturbance& disturbance() {
    if (disturbance_ == nullptr) {
      disturbance_ = std::make_unique<Disturbance>(status_);
      state_ = ProcessState::current();  // its signal handler is ours, not the implementation's
    }
    return *disturbance_;
  }

  static std::int64_t nanoseconds_since(std::chrono::steady_clock::time_point begin) {
    return std::chrono::nanoseconds(std::chrono::steady_clock::now() - begin).count();
  }

  int arena_;
  WorkerStatus& status_;
  GuardedMemory memory_;
  Steps steps_;
  std::unique_ptr<Disturbance> disturbance_;
  CacheSweep sweep_caches_;
  ProcessState state_ = ProcessState::current();
  ThreadsLeft threads_;
  const assay_implementation* implementation_ = nullptr;
  std::unique_ptr<OpenCall> open_;
  void* prepared_ = nullptr;
  bool refused_ = false;
  std::int64_t report_nanoseconds_ = 0;
  std::uint64_t time_limit_ = 0;  // of one call, seconds of all processors together
};

WorkerStatus* map_status(int arena) {
  void* memory = mmap(nullptr, sizeof(WorkerStatus), PROT_READ | PROT_WRITE, MAP_SHARED, arena, 0);
  return memory == MAP_FAILED ? nullptr : static_cast<WorkerStatus*>(memory);
}

/// The process dies with the thread of the bench that started it, adopts the orphans of its
/// children, and has no other descriptors than its own: what the bench had open is not for it, and
/// what it starts gets none of these.
void settle(pid_t bench) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (bench != 0 && getppid() != bench) _exit(worker_exit_orphaned);
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  close_range(STDERR_FILENO + 1, worker_channel_descriptor - 1, 0);
  close_range(worker_arena_descriptor + 1, ~0u, 0);
  close_range(worker_channel_descriptor, worker_arena_descriptor, CLOSE_RANGE_CLOEXEC);
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
}

void serve(Channel& channel, Worker& worker) {
  const auto start = channel.receive<Start>();
  if (!start) return;
  const Description description = worker.load(*start);
  channel.send(description);
  if (!description.load_error.empty()) return;
  while (auto request = channel.receive<Request>())
    channel.send(worker.answer(std::move(*request)));
}

}  // namespace

int worker_main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "worker: started by `run` and other commands, not by hand\n");
    return worker_exit_usage;
  }
  settle(static_cast<pid_t>(std::atol(argv[2])));
  WorkerStatus* status = map_status(worker_arena_descriptor);
  if (status == nullptr) {
    std::perror("worker: the memory shared with the bench cannot be mapped");
    return worker_exit_usage;
  }
  note_faults(*status);
  Channel channel(worker_channel_descriptor, *status);
  Worker worker(worker_arena_descriptor, *status);
  try {
    serve(channel, worker);
  } catch (const ChannelLost&) {
    _exit(worker_exit_channel_lost);
  } catch (const WireError&) {
    _exit(worker_exit_channel_lost);
  }
  // Destructors and exit handlers of foreign code have nothing to say any more.
  _exit(0);
}

}  // namespace assay::suites
