// SPDX-License-Identifier: Apache-2.0
#include "suites/call_memory.h"

#include <algorithm>
#include <fstream>
#include <string>

#include "suites/breach.h"
#include "suites/case_layout.h"
#include "variants/assay.h"

namespace assay::suites {
namespace {

/// Of /proc/PID/status, in bytes: "VmRSS" all that is resident, "VmHWM" the most there was,
/// "RssAnon" what is neither a file nor shared, as tensors are.
std::optional<double> memory_of(pid_t process, const std::string& field) {
  std::ifstream file("/proc/" + std::to_string(process) + "/status");
  for (std::string line; std::getline(file, line);)
    if (line.starts_with(field + ":")) return 1024 * std::stod(line.substr(field.size() + 1));
  return std::nullopt;
}

/// From here on VmHWM counts anew (proc(5)).
bool forget_height(pid_t process) {
  std::ofstream file("/proc/" + std::to_string(process) + "/clear_refs");
  file << "5\n" << std::flush;
  return file.good();
}

}  // namespace

std::optional<double> call_memory(const WorkerOptions& options, const fixtures::Case& shape,
                                  const NumberClass& number_class, int threads) {
  WorkerProcess worker(options);
  const CallDescription call = describe_call(shape, number_class, threads);
  const Contents contents = stored_contents(shape, call);
  const PassLayout layout = lay_out(worker.arena(), call, contents, Placement::aligned, 1);
  const auto runs = [&](std::uint32_t actions) {
    const Reply reply = worker.ask(layout.request(call, actions));
    return reply.supports.status != ASSAY_UNSUPPORTED && breach_of_pass(reply).empty();
  };
  try {
    const auto before = memory_of(worker.process(), "RssAnon");
    if (!runs(action_supports | action_open | action_run)) return std::nullopt;
    // Every tensor has been touched by now, so what the next call adds is its own.
    const auto kept = memory_of(worker.process(), "RssAnon");
    if (!forget_height(worker.process())) return std::nullopt;
    const auto resident = memory_of(worker.process(), "VmRSS");
    if (!runs(action_run)) return std::nullopt;
    const auto height = memory_of(worker.process(), "VmHWM");
    if (!before || !kept || !resident || !height) return std::nullopt;
    return std::max(0.0, *kept - *before) + std::max(0.0, *height - *resident);
  } catch (const WorkerDied&) {
    return std::nullopt;
  }
}

}  // namespace assay::suites
