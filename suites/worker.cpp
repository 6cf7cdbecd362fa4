// SPDX-License-Identifier: Apache-2.0
#include "suites/worker.h"

#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <system_error>

#include "suites/disturbance.h"
#include "suites/fault_handler.h"
#include "suites/guarded_memory.h"
#include "suites/guarded_step.h"
#include "suites/open_call.h"
#include "suites/worker_channel.h"
#include "suites/worker_process.h"
#include "suites/worker_protocol.h"
#include "variants/list.h"

namespace assay::suites {
namespace {

std::string text_of(const char* text) { return text == nullptr ? "" : text; }

class Worker {
 public:
  Worker(int arena, WorkerStatus& status) : status_(status), memory_(arena), steps_(status) {}

  Description load(const std::string& variant) {
    Description description;
    const StepReport loading = steps_.take(Stage::loading, [&] {
      implementation_ = &variants::load(variant);
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
      description.warning = "loading it changed the floating-point modes of the process (" +
                            loading.environment +
                            "), as -ffast-math does; they were set back before every call";
    }
    return description;
  }

  Reply answer(const Request& request) {
    Reply reply;
    try {
      if (request.actions & action_supports) reply.supports = supports(request);
      if (refused_) return reply;
      if (request.actions & action_open) reply.prepare = open(request);
      if (request.actions & action_run && open_) reply.run = run(request);
      if (request.actions & action_close) reply.release = close();
    } catch (const std::system_error& error) {
      // Without its file or address space a worker is of no use any more.
      status_.channel_lost = error.code() == std::errc::bad_file_descriptor;
      if (status_.channel_lost) throw ChannelLost();
      reply.error = error.what();
    }
    return reply;
  }

 private:
  StepReport supports(const Request& request) {
    const OpenCall call(request.call);
    char text[1024] = "";
    StepReport report = steps_.take(Stage::supports, [&] {
      return implementation_->supports(&call.described(), text, sizeof text);
    });
    text[sizeof text - 1] = '\0';
    report.text = text;
    refused_ = report.status != ASSAY_OK || !report.exception.empty();
    return report;
  }

  StepReport open(const Request& request) {
    close();
    auto call = std::make_unique<OpenCall>(request.call);
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

  StepReport run(const Request& request) {
    std::vector<std::int64_t> nanoseconds;
    nanoseconds.reserve(request.samples);
    std::size_t set = request.first_set;
    StepReport report;
    for (std::uint32_t sample = 0; sample < request.samples; ++sample) {
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
      const bool clean = report.exception.empty() && report.environment.empty();
      if (report.status != ASSAY_OK || !clean || report.process_left) break;
    }
    explain(report);
    report.nanoseconds = std::move(nanoseconds);
    return report;
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
    memory_.clear();
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
    if (disturbance_ == nullptr) disturbance_ = std::make_unique<Disturbance>(status_);
    return *disturbance_;
  }

  static std::int64_t nanoseconds_since(std::chrono::steady_clock::time_point begin) {
    return std::chrono::nanoseconds(std::chrono::steady_clock::now() - begin).count();
  }

  WorkerStatus& status_;
  GuardedMemory memory_;
  Steps steps_;
  std::unique_ptr<Disturbance> disturbance_;
  const assay_implementation* implementation_ = nullptr;
  std::unique_ptr<OpenCall> open_;
  void* prepared_ = nullptr;
  bool refused_ = false;
  std::int64_t report_nanoseconds_ = 0;
};

WorkerStatus* map_status(int arena) {
  void* memory = mmap(nullptr, sizeof(WorkerStatus), PROT_READ | PROT_WRITE, MAP_SHARED, arena, 0);
  return memory == MAP_FAILED ? nullptr : static_cast<WorkerStatus*>(memory);
}

/// The process dies with the thread of the bench that started it, leaves no core files, and adopts
/// the orphans of its children.
void settle(pid_t bench) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (bench != 0 && getppid() != bench) _exit(worker_exit_orphaned);
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  const rlimit none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
}

void serve(Channel& channel, Worker& worker) {
  const auto start = channel.receive<Start>();
  if (!start) return;
  const Description description = worker.load(start->variant);
  channel.send(description);
  if (!description.load_error.empty()) return;
  while (const auto request = channel.receive<Request>()) channel.send(worker.answer(*request));
}

}  // namespace

int worker_main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "worker: started by `run` and other commands, not by hand\n");
    return worker_exit_usage;
  }
  settle(static_cast<pid_t>(std::atol(argv[2])));
  WorkerStatus* status = map_status(worker_arena_descriptor);
  if (status == nullptr) return worker_exit_usage;
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
