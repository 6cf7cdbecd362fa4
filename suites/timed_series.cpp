// SPDX-License-Identifier: Apache-2.0
// Talking to the worker about one shape.
#include "suites/timed_series.h"

#include <time.h>

#include <algorithm>
#include <fstream>
#include <stdexcept>

#include "suites/breach.h"
#include "suites/judge.h"
#include "variants/assay.h"

namespace assay::suites {
namespace {

using reports::Verdict;

/// Processor time of a process so far, in seconds, without that of its first thread: exact to
/// nanoseconds and, unlike a comparison of durations, blind to what else the machine does. Nothing
/// where the system does not tell.
std::optional<double> seconds_of_other_threads(pid_t process) {
  clockid_t clock{};
  timespec all{};
  if (clock_getcpuclockid(process, &clock) != 0 || clock_gettime(clock, &all) != 0)
    return std::nullopt;
  std::ifstream file("/proc/" + std::to_string(process) + "/schedstat");
  std::int64_t first_thread = 0;  // nanoseconds
  if (!(file >> first_thread)) return std::nullopt;
  return static_cast<double>(all.tv_sec) +
         (static_cast<double>(all.tv_nsec) - static_cast<double>(first_thread)) * 1e-9;
}

}  // namespace

TimedSeries::TimedSeries(WorkerOptions options, std::string name, int threads)
    : worker_(std::move(options)), name_(std::move(name)), threads_(threads) {}

TimedSeries::Standing TimedSeries::open(const fixtures::Case& shape,
                                        const NumberClass& number_class) {
  call_ = describe_call(shape, number_class, threads_);
  contents_ = stored_contents(shape, call_);
  worker_.arena().clear();
  // Two sets, so that no call finds its inputs where the one before it had them.
  layout_ = lay_out(worker_.arena(), call_, contents_, Placement::aligned, 2);
  kernel_.clear();
  prepare_seconds_.reset();
  next_set_ = 0;
  const auto others_before = seconds_of_other_threads(worker_.process());
  const Reply reply = worker_.ask(
      layout_.request(call_, action_supports | action_open | action_run | action_inspect));
  if (std::string text = breach(reply.supports, "supports()"); !text.empty())
    return {Verdict::broken, text};
  if (reply.supports.status == ASSAY_UNSUPPORTED)
    return {Verdict::unsupported, reply.supports.text};
  if (std::string text = breach_of_pass(reply); !text.empty()) return {Verdict::broken, text};
  const auto others_after = seconds_of_other_threads(worker_.process());
  outputs_ = reply.outputs;
  if (!reply.run.nanoseconds.empty())
    first_seconds_ = static_cast<double>(reply.run.nanoseconds.front()) * 1e-9;
  uses_threads_ = !others_before || !others_after ||
                  *others_after - *others_before > 0.05 * first_seconds_ + 1e-6;
  kernel_ = reply.supports.text;
  if (!reply.prepare.nanoseconds.empty())
    prepare_seconds_ = static_cast<double>(reply.prepare.nanoseconds.front()) * 1e-9;
  return {};
}

TimedSeries::Standing TimedSeries::check(const OutputCheck& judge) {
  if (outputs_fingerprint(worker_.arena(), layout_) != outputs_)
    return {Verdict::broken, "an output changed after run() had returned: not all was timed"};
  if (std::string text = trespass(worker_.arena(), call_, layout_, contents_); !text.empty())
    return {Verdict::broken, text};
  Standing standing;
  for (std::size_t i = 0; i < call_.outputs.size(); ++i) {
    const auto judgement =
        judge(call_.outputs[i].name, worker_.arena().elements(layout_.outputs.regions[i]));
    if (worse(standing.verdict, judgement.verdict) == standing.verdict) continue;
    standing = {judgement.verdict, "output " + judgement.name + ": " +
                                       std::to_string(judgement.beyond_budget) +
                                       " elements beyond their budget"};
  }
  return standing;
}

void TimedSeries::spoil_outputs() { refill_outputs(worker_.arena(), layout_, contents_); }

double TimedSeries::time_calls(std::uint32_t calls) {
  Request request = layout_.request(call_, action_run);
  request.calls = calls;
  request.first_set = next_set_++;
  const Reply reply = worker_.ask(request);
  if (std::string text = breach_of_pass(reply); !text.empty()) throw std::runtime_error(text);
  outputs_ = reply.outputs;
  if (reply.run.nanoseconds.empty()) throw std::runtime_error("run() was not timed");
  return static_cast<double>(reply.run.nanoseconds.front()) * 1e-9 / calls;
}

}  // namespace assay::suites
