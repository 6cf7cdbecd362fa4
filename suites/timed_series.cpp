// SPDX-License-Identifier: Apache-2.0
// Talking to the worker about one shape.
#include "suites/timed_series.h"

#include <fmt/format.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <random>
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
  put_inputs(true);
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
  // What is right now was computed, not remembered by the address of the inputs.
  put_inputs(false);
  refill_outputs(worker_.arena(), layout_, contents_);
  first_seconds_ = time_calls(1);
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
    standing = {judgement.verdict,
                fmt::format("output {}: {} of {} checked elements beyond their budget, the worst "
                            "{:.3g} times as far off as it allows",
                            judgement.name, judgement.beyond_budget, judgement.elements,
                            judgement.worst_share)};
  }
  return standing;
}

void TimedSeries::spoil_outputs() { refill_outputs(worker_.arena(), layout_, contents_); }

double TimedSeries::time_calls(std::uint32_t calls, bool warm_up) {
  Request request = layout_.request(call_, action_run);
  request.calls = calls;
  request.samples = warm_up ? 2 : 1;
  request.first_set = next_set_++;
  const Reply reply = worker_.ask(request);
  if (std::string text = breach_of_pass(reply); !text.empty()) throw std::runtime_error(text);
  outputs_ = reply.outputs;
  if (reply.run.nanoseconds.empty()) throw std::runtime_error("run() was not timed");
  return static_cast<double>(reply.run.nanoseconds.back()) * 1e-9 / calls;
}

std::vector<double> TimedSeries::time_cold_calls(std::uint32_t calls) {
  // Twice the largest cache, since none of them throws out the oldest line first.
  const long largest = std::max(sysconf(_SC_LEVEL3_CACHE_SIZE), sysconf(_SC_LEVEL2_CACHE_SIZE));
  Request request = layout_.request(call_, action_run);
  request.samples = calls;
  request.first_set = next_set_++;
  request.sweep = static_cast<std::uint32_t>(std::clamp(2 * largest >> 20, 32L, 512L));
  const Reply reply = worker_.ask(request);
  if (std::string text = breach_of_pass(reply); !text.empty()) throw std::runtime_error(text);
  outputs_ = reply.outputs;
  std::vector<double> seconds;
  for (const std::int64_t each : reply.run.nanoseconds)
    seconds.push_back(static_cast<double>(each) * 1e-9);
  return seconds;
}

void TimedSeries::put_inputs(bool changed) {
  std::minstd_rand random(
      static_cast<unsigned>(std::chrono::steady_clock::now().time_since_epoch().count()));
  for (std::size_t i = 0; i < call_.inputs.size(); ++i) {
    const TensorDescription& input = call_.inputs[i];
    if (input.weight || !is_floating(input.dtype) || contents_.inputs[i].empty()) continue;
    const std::vector<std::byte>& bytes = contents_.inputs[i];
    const std::size_t size = size_of(input.dtype);
    const std::size_t by = changed ? size * (random() % (bytes.size() / size)) : 0;
    std::ranges::rotate_copy(bytes, bytes.begin() + static_cast<std::ptrdiff_t>(by),
                             worker_.arena().elements(layout_.input_sets[0].regions[i]).begin());
  }
}

double TimedSeries::seconds_of_one(bool on_new_inputs) {
  put_inputs(on_new_inputs);  // either way everything is written just before
  next_set_ = 0;
  const double seconds = time_calls(1);
  if (on_new_inputs) put_inputs(false);
  return seconds;
}

bool TimedSeries::remembers_results() {
  constexpr int tries = 5;
  // As far as two calls on the same inputs may differ by chance.
  constexpr double least_ratio = 3, least_seconds = 3e-6;
  double new_inputs = seconds_of_one(true), old_inputs = seconds_of_one(false);
  for (int i = 1; i < tries && new_inputs > least_ratio * old_inputs; ++i) {
    new_inputs = std::min(new_inputs, seconds_of_one(true));
    old_inputs = std::min(old_inputs, seconds_of_one(false));
  }
  return new_inputs > least_ratio * old_inputs && new_inputs - old_inputs > least_seconds;
}

}  // namespace assay::suites
