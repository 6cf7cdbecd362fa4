// SPDX-License-Identifier: Apache-2.0
// The plan: open and check every series, time rounds of all of them, check again, and count.
#include "suites/timer.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <span>

#include "reports/statistics.h"
#include "suites/call_memory.h"
#include "suites/cost.h"
#include "suites/machine_limits.h"
#include "suites/pace.h"
#include "suites/quiet_probe.h"
#include "suites/sampled_check.h"
#include "suites/speedups.h"
#include "suites/timed_lane.h"
#include "suites/timer_rounds.h"

namespace assay::suites {
namespace {

using reports::SpeedResult;
using reports::Verdict;
// A batch takes at least so long, so that reading the clock and waking the worker weigh little.
constexpr double shortest_batch = 1e-3;
// Fewer samples have no interval worth printing, more do not narrow it much.
constexpr int fewest_rounds = 5, most_rounds = 100;
// Where a batch is shorter than this, one runs before the clock does: caches and clock rate are
// then those of the implementation itself, not what the turn of another has left.
constexpr double longest_warm_up = 5e-3;

using Clock = std::chrono::steady_clock;

/// Thrown out of the answers of a shape when nobody wants them any more.
struct Stopped {};

class Timer {
 public:
  Timer(const TimerOptions& options, const TimerObserver& observer)
      : options_(options), observer_(observer), probe_(thread_counts(options)) {
    timings_.warnings = warnings_of(probe_quiet());
    for (const MachineLimits& limits : probe_.best())
      for (const auto& row : limit_rows(limits)) timings_.limits.push_back(row);
    const std::vector<int> thread_counts = Timer::thread_counts(options);
    for (const TimedVariant& variant : options.variants)
      for (const int threads : thread_counts) add_runner(variant, threads, false);
    if (!options.first_against_itself || options.variants.empty()) return;
    for (const int threads : thread_counts) add_runner(options.variants.front(), threads, true);
  }

  void time_shape(const TimedShape& timed, const auto& progress) {
    const fixtures::CaseRecipe& recipe = timed.recipe;
    progress("answering");
    const NumberClass& number_class = *find_class(recipe.classes.front());
    const fixtures::Case shape = without_answers(recipe);
    const OutputCheck judge =
        sampled_check(shape, number_class, [&](std::size_t done, std::size_t total) {
          if (observer_.stop()) throw Stopped();
          progress(fmt::format("answering, run {} of {},", done, total));
        });
    progress("timing");
    std::vector<Lane> lanes = open_lanes(shape, number_class, judge);
    time_rounds(lanes, cost_of(shape, number_class), number_class);
    if (options_.cold) time_cold(lanes);
    if (options_.cold) weigh(lanes, shape, number_class);
    const std::size_t first = timings_.speed.size();
    for (const Lane& lane : lanes) finish(lane, shape, number_class, judge);
    const std::span<SpeedResult> of_shape = std::span(timings_.speed).subspan(first);
    for (SpeedResult& each : of_shape) each.workload = timed.workload;
    for (const Lane& lane : lanes)
      if (lane.runner->repeats)
        compare_with_itself(of_shape, lane.series->name(), lane.series->threads(), lane.samples);
    compare_with_plain(of_shape);
  }

  Timings take() { return std::move(timings_); }

 private:
  static std::vector<int> thread_counts(const TimerOptions& options) {
    std::vector<int> counts;
    for (int threads = 1; threads < options.threads; threads *= 2) counts.push_back(threads);
    counts.push_back(options.threads);
    return counts;
  }

  void add_runner(const TimedVariant& variant, int threads, bool repeats) {
    WorkerOptions worker;
    worker.variant = variant.typed;
    worker.executable = options_.worker_executable;
    worker.time_limit = options_.time_limit;
    runners_.push_back(
        {worker, std::make_unique<TimedSeries>(worker, variant.name, threads), repeats});
  }

  void warn(const TimedSeries& series, const fixtures::Case& shape, const std::string& why) {
    timings_.warnings.push_back(fmt::format("{}, {}, {} thread(s): not timed: {}", series.name(),
                                            shape.full_id(), series.threads(), why));
  }

  /// The series that support the shape and get it right.
  std::vector<Lane> open_lanes(const fixtures::Case& shape, const NumberClass& number_class,
                               const OutputCheck& judge) {
    std::vector<Lane> lanes;
    const double flops = cost_of(shape, number_class).flops;
    for (Runner& runner : runners_) {
      if (observer_.stop()) return {};
      TimedSeries* const series = runner.series.get();
      if (is_hopeless(runner, shape, flops)) continue;
      try {
        const TimedSeries::Standing opened = series->open(shape, number_class);
        if (opened.verdict == Verdict::unsupported) continue;
        if (opened.verdict != Verdict::right) {
          warn(*series, shape, opened.reason);
          continue;
        }
        if (series->threads() > 1 && !series->uses_threads()) continue;
        Lane lane{&runner, series, 0, 1, {}, {}, {}, {}, {}};
        if (!is_right(lane, shape, judge)) continue;
        lane.seconds = estimate(*series);
        runner.pace.note(shape.op, lane.seconds, flops);
        lanes.push_back(std::move(lane));
      } catch (const WorkerDied& died) {
        warn(*series, shape, died.what());
        series->restart();
      } catch (const WorkerError&) {
        throw;
      } catch (const std::exception& error) {
        warn(*series, shape, error.what());
      }
    }
    return lanes;
  }

  /// A shape that would take longer than the time limit, by the best pace so far.
  bool is_hopeless(const Runner& runner, const fixtures::Case& shape, double flops) {
    const double seconds = runner.pace.least_seconds(shape.op, flops);
    if (seconds < std::chrono::duration<double>(options_.time_limit).count()) return false;
    if (!runner.repeats)
      warn(*runner.series, shape,
           fmt::format("a call would take about {:.0f} s; --time-limit allows more", seconds));
    return true;
  }

  /// The first call reads everything for the first time; where it is short, a second one counts.
  static double estimate(TimedSeries& series) {
    const double first = series.first_seconds();
    return first > 0.05 ? first : std::min(first, series.time_calls(1));
  }

  bool is_right(const Lane& lane, const fixtures::Case& shape, const OutputCheck& judge) {
    const TimedSeries::Standing standing = lane.series->check(judge);
    if (standing.verdict != Verdict::right) warn(*lane.series, shape, standing.reason);
    return standing.verdict == Verdict::right;
  }

  void finish(const Lane& lane, const fixtures::Case& shape, const NumberClass& number_class,
              const OutputCheck& judge) {
    if (lane.samples.size() < 2) return;  // stopped
    if (std::any_of(lane.samples.begin(), lane.samples.end(), [](double s) { return s != s; })) {
      warn(*lane.series, shape, "a call failed that had succeeded before");
      lane.series->restart();
    } else if (!lane.runner->repeats && is_right(lane, shape, judge)) {
      if (remembers(lane, shape)) return;
      timings_.speed.push_back(result_of(lane, shape, number_class));
    }
  }

  bool remembers(const Lane& lane, const fixtures::Case& shape) {
    try {
      if (!lane.series->remembers_results()) return false;
      warn(*lane.series, shape,
           "a call on inputs that it has not seen takes several times as long: it keeps results");
    } catch (const std::runtime_error& error) {
      warn(*lane.series, shape, error.what());
      lane.series->restart();
    }
    return true;
  }

  void time_rounds(std::vector<Lane>& lanes, const Cost& cost, const NumberClass& number_class) {
    double round = 0;
    std::map<int, std::vector<double>> limits;  // by number of threads
    for (Lane& lane : lanes) {
      lane.calls = static_cast<std::uint32_t>(
          std::clamp(std::ceil(shortest_batch / std::max(lane.seconds, 1e-9)), 1.0, 10'000.0));
      round += lane.calls * lane.seconds;
      limits[lane.series->threads()];
    }
    if (lanes.empty()) return;
    const double budget = std::chrono::duration<double>(options_.per_shape).count();
    const int rounds = std::clamp(static_cast<int>(budget / round), fewest_rounds, most_rounds);
    std::vector<TimedBatch> batches;
    for (Lane& lane : lanes)
      batches.emplace_back([this, &lane] {
        lane.started.push_back(std::chrono::duration<double>(Clock::now() - begin_).count());
        return lane.series->time_calls(lane.calls, lane.calls * lane.seconds < longest_warm_up);
      });
    for (const auto& [threads, samples] : limits)
      batches.emplace_back([this, &cost, &number_class, threads = threads] {
        // Two sets of inputs take turns.
        return probe_.least_seconds_now(threads, cost, cost.bytes + cost.input_bytes, number_class);
      });
    for (int i = 0; i < rounds && !observer_.stop(); ++i) {
      // What is judged in the end was written by a timed call.
      if (i + 1 == rounds)
        for (const Lane& lane : lanes) lane.series->spoil_outputs();
      const std::vector<double> seconds = timed_round(batches);
      std::size_t batch = 0;
      for (Lane& lane : lanes) lane.samples.push_back(seconds[batch++]);
      for (auto& [threads, samples] : limits) samples.push_back(seconds[batch++]);
    }
    for (Lane& lane : lanes) lane.limits = limits[lane.series->threads()];
  }

  void time_cold(std::vector<Lane>& lanes) {
    constexpr std::uint32_t calls = 3;
    for (Lane& lane : lanes) {
      if (observer_.stop()) return;
      if (lane.runner->repeats) continue;
      try {
        lane.cold = lane.series->time_cold_calls(calls);
      } catch (const std::exception&) {  // the samples of the rounds are then not right, either
        lane.samples.push_back(std::numeric_limits<double>::quiet_NaN());
      }
    }
  }

  void weigh(std::vector<Lane>& lanes, const fixtures::Case& shape,
             const NumberClass& number_class) {
    for (Lane& lane : lanes)
      if (!lane.runner->repeats && !observer_.stop())
        lane.memory =
            call_memory(lane.runner->options, shape, number_class, lane.series->threads());
  }

  const TimerOptions& options_;
  const TimerObserver& observer_;
  MachineProbe probe_;
  std::vector<Runner> runners_;
  Clock::time_point begin_ = Clock::now();
  Timings timings_;
};

}  // namespace

Timings time_variants(const std::vector<TimedShape>& shapes, const TimerOptions& options,
                      const TimerObserver& observer) {
  Timer timer(options, observer);
  for (std::size_t i = 0; i < shapes.size() && !observer.stop(); ++i) {
    const fixtures::CaseRecipe& its = shapes[i].recipe;
    try {
      timer.time_shape(shapes[i], [&](const std::string& what) {
        if (observer.on_shape) observer.on_shape(what, its.op + "/" + its.id, i, shapes.size());
      });
    } catch (const Stopped&) {
      break;
    }
  }
  return timer.take();
}

}  // namespace assay::suites
