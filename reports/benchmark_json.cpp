// SPDX-License-Identifier: Apache-2.0
// RunResult -> context and benchmarks[].
#include "reports/benchmark_json.h"

#include <fmt/format.h>

#include <cmath>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "reports/escape.h"
#include "reports/ranking.h"

namespace assay::reports {
namespace {

using Json = nlohmann::ordered_json;

Json context(const RunResult& result) {
  const auto fact = [&](const char* name) {
    const auto found = result.environment.find(name);
    return found == result.environment.end() ? std::string() : one_line(found->second);
  };
  return {{"date", one_line(result.started)},
          {"host_name", ""},
          {"executable", "assay"},
          {"num_cpus", std::atoi(fact("cores").c_str())},
          {"mhz_per_cpu", 0},
          {"cpu_scaling_enabled", false},
          {"caches", Json::array()},
          {"load_avg", Json::array()},
          {"library_build_type", fact("build") == "Debug" ? "debug" : "release"},
          {"assay_version", fact("assay")},
          {"assay_cpu", fact("cpu")},
          {"assay_fixtures", one_line(result.fixtures)}};
}

Json benchmark(const SpeedResult& timing, const std::string& name, double seconds) {
  const double nanoseconds = seconds * 1e9;
  return {{"name", name},
          {"run_name", name},
          {"run_type", "iteration"},
          {"repetitions", timing.seconds.size()},
          {"threads", timing.threads},
          {"iterations", 1},
          {"real_time", nanoseconds},
          {"cpu_time", nanoseconds},
          {"time_unit", "ns"},
          {"label", one_line(timing.workload)}};
}

}  // namespace

std::string to_benchmark_json(const RunResult& result) {
  Json root = {{"context", context(result)}, {"benchmarks", Json::array()}};
  const Ranking ranking(result);
  for (const SpeedResult& each : result.speed) {
    if (!ranking.objection(each).empty()) continue;
    const std::string name = one_line(fmt::format("{}/{}/{}/{}/threads:{}", each.op, each.shape_id,
                                                  each.number_class, each.variant, each.threads));
    for (std::size_t i = 0; i < each.seconds.size(); ++i) {
      if (!std::isfinite(each.seconds[i])) continue;  // JSON has no word for it
      Json row = benchmark(each, name, each.seconds[i]);
      row["repetition_index"] = i;
      root["benchmarks"].push_back(std::move(row));
    }
    if (!std::isfinite(each.seconds_per_call.middle)) continue;
    Json row = benchmark(each, name + "_median", each.seconds_per_call.middle);
    row["run_name"] = name;
    row["run_type"] = "aggregate";
    row["aggregate_name"] = "median";
    row["aggregate_unit"] = "time";
    row["GFLOP/s"] = std::isfinite(each.gflops) ? each.gflops : 0;
    row["of_limit"] = std::isfinite(each.share_of_limit) ? each.share_of_limit : 0;
    root["benchmarks"].push_back(std::move(row));
  }
  return root.dump(1, '\t', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace assay::reports
