// SPDX-License-Identifier: Apache-2.0
// What the scripts draw from, beside the rows of the cases: the figures of the tables, as JSON.
#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "reports/curves.h"
#include "reports/escape.h"
#include "reports/html_sections.h"
#include "reports/ranking.h"
#include "reports/roofline.h"
#include "reports/summary.h"

namespace assay::reports {
namespace {

using Json = nlohmann::ordered_json;

Json number(double value) { return std::isfinite(value) ? Json(value) : Json(); }

Json interval(const Interval& value) {
  return {number(value.low), number(value.middle), number(value.high)};
}

Json curves_data(const std::vector<Curve>& curves) {
  Json list = Json::array();
  for (const Curve& each : curves) {
    Json points = Json::array();
    for (const CurvePoint& point : each.points)
      points.push_back({number(point.at), interval(point.value)});
    list.push_back({{"op", each.op},
                    {"variant", each.variant},
                    {"axis", each.axis},
                    {"fixed", each.fixed},
                    {"points", std::move(points)}});
  }
  return list;
}

Json speed_data(const RunResult& result, const Ranking& ranking) {
  Json list = Json::array();
  for (const SpeedResult& each : result.speed)
    if (ranking.objection(each).empty())
      list.push_back({{"variant", each.variant},
                      {"op", each.op},
                      {"shape", each.shape_id},
                      {"class", each.number_class},
                      {"threads", each.threads},
                      {"share", number(each.share_of_limit)},
                      {"low", number(each.limit_seconds / each.seconds_per_call.high)},
                      {"high", number(each.limit_seconds / each.seconds_per_call.low)},
                      {"intensity", number(each.flops / each.bytes)},
                      {"gflops", number(each.gflops)},
                      {"roof", number(arithmetic_rate(result, each.number_class, each.threads))}});
  return list;
}

/// By timed call: seconds of each variant that may be ranked.
Json steps_data(const Ranking& ranking) {
  Json list = Json::array();
  for (const TimedCall& call : ranking.calls()) {
    Json seconds = Json::object();
    for (const auto& [variant, best] : call.best)
      seconds[variant] = number(best->seconds_per_call.middle);
    list.push_back({{"op", call.op}, {"shape", call.shape_id}, {"seconds", std::move(seconds)}});
  }
  return list;
}

/// Which case catches which mistake: cases by number, in the order in which they first catch one.
Json kills_data(const Audit& audit) {
  std::map<std::string_view, std::size_t> numbers;
  Json cases = Json::array(), mistakes = Json::array();
  for (const MistakeFinding& mistake : audit.mistake_findings) {
    Json caught = Json::array();
    for (const std::string& name : mistake.caught_by) {
      const auto [place, is_new] = numbers.try_emplace(name, numbers.size());
      if (is_new) cases.push_back(name);
      caught.push_back(place->second);
    }
    mistakes.push_back({mistake.name, mistake.clause, std::move(caught)});
  }
  return {{"cases", std::move(cases)}, {"mistakes", std::move(mistakes)}};
}

/// How every command that runs a case again begins.
std::string rerun_prefix(const RunResult& result) {
  for (const CaseResult& each : result.cases)
    if (const auto end = each.rerun.find(" --variant "); end != std::string::npos)
      return one_line(each.rerun.substr(0, end));
  return "assay run";
}

}  // namespace

std::string plot_data(const RunResult& result, const Ranking& ranking, const Audit* audit) {
  Json data = {{"variants", variant_names(result)}, {"rerun", rerun_prefix(result)}};
  data["speed"] = speed_data(result, ranking);
  Json& limits = data["limits"] = Json::array();
  for (const MachineLimit& each : result.limits)
    limits.push_back({{"name", each.name},
                      {"threads", each.threads},
                      {"value", number(each.value)},
                      {"unit", each.unit}});
  Json& tradeoff = data["tradeoff"] = Json::array();
  for (const Tradeoff& each : tradeoffs_of(result, ranking))
    tradeoff.push_back({{"op", each.op},
                        {"variant", each.variant},
                        {"share", number(each.worst_share)},
                        {"speed", interval(each.speedup)}});
  data["steps"] = steps_data(ranking);
  data["growth"] = curves_data(growth_curves(result, ranking));
  data["threads"] = curves_data(thread_curves(result, ranking));
  if (audit != nullptr) data["kills"] = kills_data(*audit);
  return script_safe(data.dump(-1, ' ', false, Json::error_handler_t::replace));
}

}  // namespace assay::reports
