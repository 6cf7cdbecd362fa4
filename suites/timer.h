// SPDX-License-Identifier: Apache-2.0
// Measures how fast implementations are at shapes where their very output was checked. Google
// Benchmark runs the rounds; the durations are those that the workers measured.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "reports/results.h"
#include "suites/timed_shapes.h"

namespace assay::suites {

/// An implementation as variants::load() takes it, and as the report calls it.
struct TimedVariant {
  std::string typed, name;
};

struct TimerOptions {
  std::vector<TimedVariant> variants;
  int threads = 2;  // timed with 1, 2, 4 ... up to so many, where more than one then works
  std::chrono::milliseconds time_limit{10'000};  // of one call
  std::filesystem::path worker_executable = "/proc/self/exe";
  std::chrono::milliseconds per_shape{500};  // for the timed calls of all variants together
  /// Time three calls out of empty caches as well, and say what memory a call needs.
  bool cold = false;
  /// Time the first variant in a second process as well, and say how the two compare.
  bool first_against_itself = false;
};

/// Told as things happen.
struct TimerObserver {
  /// `what`: "answering", of a whole model with the run that is done, then "timing".
  std::function<void(const std::string& what, const std::string& shape, std::size_t done,
                     std::size_t total)>
      on_shape;
  std::function<bool()> stop = [] { return false; };  // true: return after the round at hand
};

struct Timings {
  std::vector<reports::MachineLimit> limits;
  std::vector<reports::SpeedResult> speed;
  std::vector<std::string> warnings;  // what was not timed, and why
};

/// Every shape (timed_shapes.h) on every variant. In each round every variant has its turn once, in
/// random order, so that what disturbs the machine disturbs all. A variant that does not support a
/// shape is left out; one whose output is not right, or that would take longer than the time limit
/// by what it needed for smaller shapes of the op, is left out with a warning. Throws WorkerError
/// only if no worker can be started.
Timings time_variants(const std::vector<TimedShape>& shapes, const TimerOptions& options,
                      const TimerObserver& observer);

}  // namespace assay::suites
