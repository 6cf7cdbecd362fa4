// SPDX-License-Identifier: Apache-2.0
// How often a comparison of speeds says something wrong: an implementation against itself, and
// against a copy that is slower by a known share. Prints; no test, since its figures are those of
// the machine. docs/measuring.md has them.
#include <fmt/format.h>

#include <chrono>
#include <cstdlib>
#include <cstring>

#include "reports/speed_verdict.h"
#include "reports/statistics.h"
#include "suites/timer.h"
#include "suites/worker.h"

namespace assay::suites {
namespace {

using reports::SpeedVerdict;

TimedShape linear(std::int64_t tokens, std::int64_t width) {
  fixtures::CaseRecipe recipe;
  recipe.op = "linear";
  recipe.id = fmt::format("{}x{}x{}", tokens, width, width);
  recipe.why = "for trials of the timer";
  recipe.clauses = {"linear.speed"};
  recipe.classes = {"f32"};
  recipe.inputs = {{"x", {tokens, width}, fixtures::normal()},
                   {"w", {width, width}, fixtures::normal()}};
  return {recipe, "trial"};
}

struct Tally {
  int faster = 0, slower = 0, same = 0, undecided = 0, untimed = 0;
};

/// As `assay compare simd OTHER` has it, for one shape.
Tally trials(const TimedVariant& other, int count, std::chrono::milliseconds per_shape) {
  Tally tally;
  TimerOptions options;
  options.variants = {{"simd", "simd"}, other};
  options.threads = 1;
  options.per_shape = per_shape;
  options.first_against_itself = true;
  for (int i = 0; i < count; ++i) {
    const Timings timings = time_variants({linear(24, 384)}, options, {});
    if (timings.speed.size() != 2 || !timings.speed[0].against_itself) {
      ++tally.untimed;
      continue;
    }
    const reports::Interval ratio =
        reports::paired_ratio_interval(timings.speed[1].seconds, timings.speed[0].seconds);
    switch (reports::speed_verdict(ratio, reports::noise_of(timings.speed[0].against_itself))) {
      case SpeedVerdict::faster:
        ++tally.faster;
        break;
      case SpeedVerdict::slower:
        ++tally.slower;
        break;
      case SpeedVerdict::no_relevant_change:
        ++tally.same;
        break;
      case SpeedVerdict::undecided:
        ++tally.undecided;
        break;
    }
    fmt::print(stderr, "\r{}/{}", i + 1, count);
  }
  fmt::print(stderr, "\n");
  return tally;
}

void show(const char* what, const Tally& tally, double seconds) {
  fmt::print(
      "{}: slower {}, faster {}, no relevant change {}, undecided {}, not timed {}; {:.1f} s in "
      "all\n",
      what, tally.slower, tally.faster, tally.same, tally.undecided, tally.untimed, seconds);
}

int run(int itself, int slowed, std::chrono::milliseconds per_shape) {
  using Clock = std::chrono::steady_clock;
  const auto report = [&](const char* what, const TimedVariant& other, int count) {
    const auto begin = Clock::now();
    const Tally tally = trials(other, count, per_shape);
    show(what, tally, std::chrono::duration<double>(Clock::now() - begin).count());
  };
  report("against itself", {"simd", "simd"}, itself);
  report("against 3 % slower", {SLOWED_LIBRARY, "slowed"}, slowed);
  return 0;
}

}  // namespace
}  // namespace assay::suites

int main(int argc, char** argv) {
  if (argc > 1 && std::strcmp(argv[1], "worker") == 0)
    return assay::suites::worker_main(argc, argv);
  if (argc != 4) {
    fmt::print(stderr, "usage: timer_trials ITSELF SLOWED MILLISECONDS\n");
    return 2;
  }
  return assay::suites::run(std::atoi(argv[1]), std::atoi(argv[2]),
                            std::chrono::milliseconds(std::atoi(argv[3])));
}
