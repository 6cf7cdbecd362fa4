// SPDX-License-Identifier: Apache-2.0
#include "suites/timer_rounds.h"

#include <benchmark/benchmark.h>

#include <cstdlib>
#include <limits>
#include <string>

namespace assay::suites {
namespace {

/// Collects durations by the number that a benchmark has for a name; prints nothing.
class Collector : public benchmark::BenchmarkReporter {
 public:
  explicit Collector(std::size_t count)
      : seconds(count, std::numeric_limits<double>::quiet_NaN()) {}

  bool ReportContext(const Context& /*context*/) override { return true; }
  void ReportRuns(const std::vector<Run>& runs) override {
    for (const Run& run : runs) {
      if (run.error_occurred || run.iterations == 0) continue;
      const std::size_t number = std::strtoull(run.run_name.function_name.c_str(), nullptr, 10);
      seconds.at(number) = run.real_accumulated_time / static_cast<double>(run.iterations);
    }
  }

  std::vector<double> seconds;
};

void shuffle_from_now_on() {
  std::string program = "assay", flag = "--benchmark_enable_random_interleaving=true";
  char* words[] = {program.data(), flag.data(), nullptr};
  int count = 2;
  benchmark::Initialize(&count, words);
}

}  // namespace

std::vector<double> timed_round(const std::vector<TimedBatch>& batches) {
  [[maybe_unused]] static const bool shuffled = (shuffle_from_now_on(), true);
  benchmark::ClearRegisteredBenchmarks();
  for (std::size_t i = 0; i < batches.size(); ++i) {
    const TimedBatch& batch = batches[i];
    benchmark::RegisterBenchmark(std::to_string(i).c_str(),
                                 [&batch](benchmark::State& state) {
                                   for ([[maybe_unused]] const auto each : state) {
                                     try {
                                       state.SetIterationTime(batch());
                                     } catch (const std::exception& error) {
                                       state.SkipWithError(error.what());
                                       break;
                                     }
                                   }
                                 })
        ->Iterations(1)
        ->UseManualTime();
  }
  Collector collector(batches.size());
  benchmark::RunSpecifiedBenchmarks(&collector, nullptr, ".");
  benchmark::ClearRegisteredBenchmarks();
  return collector.seconds;
}

}  // namespace assay::suites
