// SPDX-License-Identifier: Apache-2.0
#include "suites/command_timing.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <map>

#include "reports/escape.h"
#include "reports/figures.h"
#include "suites/columns.h"
#include "suites/extents.h"
#include "suites/interruption.h"
#include "suites/timer.h"

namespace assay::suites {

namespace po = boost::program_options;

void add_timing_options(po::options_description& options) {
  options.add_options()("speed",
                        "time the variants as well, whatever is judged: the shapes of its ops")(
      "no-speed", "time nothing; otherwise a run of the whole suite does")(
      "workload", po::value<std::vector<std::string>>()->composing()->value_name("NAME"),
      "which shapes are timed, such as gpt2-decode-2048, llama or all; may be repeated; see: assay "
      "list workloads")(
      "seconds-per-shape", po::value<std::string>()->value_name("N"),
      "for the timed calls of all variants together; half a second in run, 2 in compare");
}

TimingManner manner_of(const po::variables_map& values, const TimingManner& otherwise) {
  TimingManner manner = otherwise;
  if (values.count("seconds-per-shape") > 0)
    manner.per_shape = std::chrono::seconds(integer(values, "seconds-per-shape", 1, 3600));
  manner.cold = values.count("workload") > 0;
  return manner;
}

bool wants_timing(const po::variables_map& values, const Judging& judging, bool is_whole_suite) {
  if (judging.timed_shapes.empty() || !judging.options.worker_wrapper.empty() ||
      values.count("no-speed") > 0)
    return false;
  return is_whole_suite || values.count("speed") > 0 || values.count("workload") > 0;
}

/// Of the shapes asked for, those of ops that are judged; all, where nothing is.
static std::vector<TimedShape> shapes_of_judged_ops(const Judging& judging,
                                                    const reports::RunResult& result) {
  std::vector<TimedShape> shapes = judging.timed_shapes;
  std::erase_if(shapes, [&](const TimedShape& shape) {
    return !result.cases.empty() &&
           std::none_of(result.cases.begin(), result.cases.end(),
                        [&](const auto& each) { return each.op == shape.recipe.op; });
  });
  return shapes;
}

bool time_with_progress(const Judging& judging, const TimingManner& manner, Console& console,
                        reports::RunResult& result) {
  const auto begin = std::chrono::steady_clock::now();
  const Interruption interruption;
  TimerOptions options;
  options.threads = judging.options.threads;
  options.time_limit = judging.options.time_limit;
  options.worker_executable = judging.options.worker_executable;
  options.per_shape = manner.per_shape;
  options.first_against_itself = manner.first_against_itself;
  options.cold = manner.cold;
  for (const reports::VariantInfo& each : result.variants)
    options.variants.push_back({each.typed, each.name});
  const TimerObserver observer{
      .on_shape =
          [&](const std::string& what, const std::string& shape, std::size_t done,
              std::size_t total) {
            console.progress(fmt::format("{} {}/{}  {}", what, done + 1, total, shape));
          },
      .stop = [&] { return interruption.wanted(); }};
  Timings timings = time_variants(shapes_of_judged_ops(judging, result), options, observer);
  console.clear_progress();
  result.limits = std::move(timings.limits);
  result.speed = std::move(timings.speed);
  for (const auto& shape : judging.timed_shapes) note_extents(shape.recipe, result.speed);
  result.warnings.insert(result.warnings.end(), timings.warnings.begin(), timings.warnings.end());
  result.seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  if (interruption.wanted()) result.complete = false;
  return !interruption.wanted();
}

std::vector<std::string> speed_lines(const reports::RunResult& result) {
  if (result.speed.empty()) return {};
  const auto series_of = [](const reports::SpeedResult& each) {
    return reports::one_line(each.variant) +
           (each.threads == 1 ? "" : fmt::format(", {} threads", each.threads));
  };
  // Columns in the order of the variants, those with more threads after those with one.
  std::vector<std::string> shapes, series;
  const auto note = [](std::vector<std::string>& list, const std::string& text) {
    if (std::find(list.begin(), list.end(), text) == list.end()) list.push_back(text);
  };
  for (const reports::VariantInfo& variant : result.variants)
    for (const reports::SpeedResult& each : result.speed)
      if (each.variant == variant.name) note(series, series_of(each));
  std::map<std::pair<std::string, std::string>, std::string> cells;
  for (const reports::SpeedResult& each : result.speed) {
    const std::string of_class = each.number_class == "f32" ? "" : " " + each.number_class;
    const std::string shape = reports::one_line(each.op + " " + each.shape_id + of_class);
    note(shapes, shape);
    cells[{shape, series_of(each)}] =
        fmt::format("{} {}{}", reports::duration(each.seconds_per_call.middle),
                    reports::percent(each.share_of_limit), each.warning.empty() ? "" : "!");
  }
  std::vector<std::vector<std::string>> rows = {{"per call, of this machine's limit"}};
  rows.front().insert(rows.front().end(), series.begin(), series.end());
  for (const std::string& shape : shapes) {
    std::vector<std::string>& row = rows.emplace_back(std::vector<std::string>{shape});
    for (const std::string& each : series) row.push_back(cells[{shape, each}]);
  }
  return in_columns(rows);
}

}  // namespace assay::suites
