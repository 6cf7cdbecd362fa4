// SPDX-License-Identifier: Apache-2.0
// One implementation with one number of threads, in a worker of its own, holding one shape open:
// what the timer calls again and again.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "fixtures/case.h"
#include "reports/results.h"
#include "suites/case_layout.h"
#include "suites/sampled_check.h"
#include "suites/worker_process.h"

namespace assay::suites {

class TimedSeries {
 public:
  /// Throws WorkerError.
  TimedSeries(WorkerOptions options, std::string name, int threads);

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] int threads() const { return threads_; }
  [[nodiscard]] const std::string& kernel() const { return kernel_; }
  [[nodiscard]] std::optional<double> prepare_seconds() const { return prepare_seconds_; }
  /// Of the call that open() made.
  [[nodiscard]] double first_seconds() const { return first_seconds_; }
  /// Whether threads beside the one that was called did any work in open().
  [[nodiscard]] bool uses_threads() const { return uses_threads_; }

  /// How opening a shape, or checking it, ended.
  struct Standing {
    reports::Verdict verdict = reports::Verdict::right;
    std::string reason;  // of all but right; one line
  };

  /// Lays the shape into the worker's memory, two copies of the inputs that are no weights, packs
  /// the weights and computes it once on other inputs, then once on its own. The previous shape is
  /// forgotten.
  Standing open(const fixtures::Case& shape, const NumberClass& number_class);

  /// Judges the outputs as the latest call left them.
  Standing check(const OutputCheck& judge);

  /// Fills the outputs as before the first call, so that only a later one can make them right.
  void spoil_outputs();

  /// Seconds per call of `calls` calls in a row; warm_up: as many run before the clock does. Throws
  /// WorkerDied, or std::runtime_error where a call fails.
  double time_calls(std::uint32_t calls, bool warm_up = false);

  /// Seconds of each of `calls` calls, before each of which the caches were filled with other data.
  /// Throws as time_calls().
  std::vector<double> time_cold_calls(std::uint32_t calls);

  /// Whether a call on inputs that it has not seen takes several times as long as one on inputs
  /// that it has: then the durations say little. The inputs are as before afterwards, the outputs
  /// are not. Throws as time_calls().
  bool remembers_results();

  void restart() { worker_.restart(); }

 private:
  /// Fills the first set of inputs as the shape has them, or with the floating ones that are no
  /// weights turned by a random number of elements.
  void put_inputs(bool changed);
  double seconds_of_one(bool on_new_inputs);

  WorkerProcess worker_;
  std::string name_;
  int threads_;
  CallDescription call_;
  Contents contents_;
  PassLayout layout_;
  std::string kernel_;
  std::optional<double> prepare_seconds_;
  double first_seconds_ = 0;
  bool uses_threads_ = false;
  std::uint32_t next_set_ = 0;
  std::uint64_t outputs_ = 0;  // fingerprint, as the latest call returned
};

}  // namespace assay::suites
