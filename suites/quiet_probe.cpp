// SPDX-License-Identifier: Apache-2.0
#include "suites/quiet_probe.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <string>
#include <thread>

namespace assay::suites {
namespace {

/// About 100 us of dependent arithmetic, in registers alone.
double one_slice() {
  const auto begin = std::chrono::steady_clock::now();
  std::uint64_t state = 1;
  for (int i = 0; i < 60'000; ++i) state = state * 6364136223846793005u + 1442695040888963407u;
  volatile std::uint64_t sink = state;
  static_cast<void>(sink);
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

struct ProcessorTime {
  double all = 0, stolen = 0;  // in ticks
};

ProcessorTime processor_time() {
  std::ifstream file("/proc/stat");
  std::string cpu;
  file >> cpu;
  ProcessorTime time;
  double ticks = 0;
  // user nice system idle iowait irq softirq steal; what follows is contained in user and nice.
  for (int field = 0; field < 8 && file >> ticks; ++field) {
    time.all += ticks;
    if (field == 7) time.stolen = ticks;
  }
  return time;
}

// A disturbance now and then is a timer's; from a tenth on somebody else is at work.
constexpr double tolerable_disturbance = 0.1, tolerable_theft = 0.01;

}  // namespace

double disturbed_share(std::span<const double> seconds) {
  if (seconds.empty()) return 0;
  const double limit = 1.2 * *std::min_element(seconds.begin(), seconds.end());
  const auto beyond =
      std::count_if(seconds.begin(), seconds.end(), [&](double each) { return each > limit; });
  return static_cast<double>(beyond) / static_cast<double>(seconds.size());
}

Quiet probe_quiet() {
  const ProcessorTime before = processor_time();
  std::vector<double> slices(400);
  for (double& slice : slices) slice = one_slice();
  const ProcessorTime after = processor_time();
  Quiet quiet;
  quiet.disturbed = disturbed_share(slices);
  if (after.all > before.all)
    quiet.stolen = (after.stolen - before.stolen) / (after.all - before.all);
  double load = 0;
  if (getloadavg(&load, 1) == 1)
    quiet.waiting = load / std::max(1u, std::thread::hardware_concurrency());
  return quiet;
}

std::vector<std::string> warnings_of(const Quiet& quiet) {
  std::vector<std::string> lines;
  if (quiet.disturbed > tolerable_disturbance)
    lines.push_back(fmt::format(
        "the machine is not quiet: {:.0f} % of equal slices of work took over 1.2 times the "
        "shortest; time again when nothing else runs",
        100 * quiet.disturbed));
  if (quiet.stolen > tolerable_theft)
    lines.push_back(
        fmt::format("the hypervisor gave {:.0f} % of the processor time to others; "
                    "compare ratios, not times",
                    100 * quiet.stolen));
  if (quiet.waiting > 1)
    lines.push_back(fmt::format(
        "the machine was busy in the last minute: on average {:.1f} processes wanted to "
        "run on each processor; time again when it is quiet",
        quiet.waiting));
  return lines;
}

}  // namespace assay::suites
