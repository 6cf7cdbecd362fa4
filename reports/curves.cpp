// SPDX-License-Identifier: Apache-2.0
// Finding the timings that differ in one thing only.
#include "reports/curves.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "reports/statistics.h"

namespace assay::reports {
namespace {

using Extents = std::map<std::string, std::int64_t>;

Interval exponent_of(const std::vector<CurvePoint>& points) {
  std::vector<double> at, values;
  for (const CurvePoint& point : points) {
    at.push_back(std::log(point.at));
    values.push_back(std::log(point.value.middle));
  }
  return slope_interval(at, values);
}

/// One extent, or two that are equal in every shape: "seq_len" grows with "kv_len".
using Axis = std::vector<std::string>;

std::string axis_text(const Axis& axis) {
  return axis.size() == 1 ? axis[0] : axis[0] + " = " + axis[1];
}

std::vector<Axis> axes_of(const Extents& extents) {
  std::vector<Axis> axes;
  for (auto a = extents.begin(); a != extents.end(); ++a) {
    axes.push_back({a->first});
    for (auto b = std::next(a); b != extents.end(); ++b) {
      if (a->second == b->second) axes.push_back({a->first, b->first});
    }
  }
  return axes;
}

std::string fixed_text(const Extents& extents, const Axis& axis) {
  std::string text;
  for (const auto& [word, extent] : extents) {
    if (std::ranges::find(axis, word) != axis.end()) continue;
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", word, extent);
  }
  return text;
}

/// Between two rounds of one shape nothing but the number of threads differs.
std::string shape_of(const SpeedResult& each) {
  return each.variant + "\n" + each.op + "\n" + each.shape_id + "\n" + each.number_class;
}

/// The curves of something that grows; `value_of` gives 0 for what was not measured.
template <class ValueOf>
std::vector<Curve> curves_of(const RunResult& result, const Ranking& ranking, ValueOf value_of) {
  std::vector<Curve> curves;
  std::map<std::string, std::size_t> places;
  for (const SpeedResult& each : result.speed) {
    const Interval value = value_of(each);
    const bool counts = each.threads == 1 && ranking.objection(each).empty() &&
                        std::isfinite(value.middle) && value.middle > 0;
    if (!counts) continue;
    for (const Axis& axis : axes_of(each.extents)) {
      const std::int64_t at = each.extents.at(axis[0]);
      if (at < 1) continue;
      Curve curve{each.op,
                  each.number_class,
                  each.variant,
                  axis_text(axis),
                  fixed_text(each.extents, axis),
                  {},
                  {}};
      const std::string name = curve.op + "\n" + curve.number_class + "\n" + curve.variant + "\n" +
                               curve.axis + "\n" + curve.fixed;
      const auto [place, is_new] = places.try_emplace(name, curves.size());
      if (is_new) curves.push_back(std::move(curve));
      std::vector<CurvePoint>& points = curves[place->second].points;
      const auto same = [&](const CurvePoint& p) { return p.at == static_cast<double>(at); };
      if (std::ranges::none_of(points, same)) points.push_back({static_cast<double>(at), value});
    }
  }
  std::erase_if(curves, [](const Curve& curve) { return curve.points.size() < 2; });
  for (Curve& curve : curves) {
    std::ranges::sort(curve.points, {}, &CurvePoint::at);
    curve.exponent = exponent_of(curve.points);
  }
  // One thing after the other, and in it the variants side by side.
  std::map<std::string, std::size_t> order;
  const auto family = [&](const Curve& curve) {
    return order.try_emplace(curve.op + "\n" + curve.axis + "\n" + curve.fixed, order.size())
        .first->second;
  };
  for (const Curve& curve : curves) family(curve);
  std::ranges::stable_sort(curves, {}, family);
  return curves;
}

}  // namespace

std::vector<Curve> growth_curves(const RunResult& result, const Ranking& ranking) {
  return curves_of(result, ranking, [](const SpeedResult& each) { return each.seconds_per_call; });
}

std::vector<Curve> memory_curves(const RunResult& result, const Ranking& ranking) {
  return curves_of(result, ranking, [](const SpeedResult& each) {
    const double bytes = each.memory_bytes.value_or(0);
    return Interval{bytes, bytes, bytes};
  });
}

std::vector<Curve> thread_curves(const RunResult& result, const Ranking& ranking) {
  std::map<std::string, const SpeedResult*> alone;
  for (const SpeedResult& each : result.speed)
    if (each.threads == 1 && ranking.objection(each).empty()) alone.emplace(shape_of(each), &each);
  std::vector<Curve> curves;
  std::map<std::string, std::size_t> places;
  for (const SpeedResult& each : result.speed) {
    const auto one = alone.find(shape_of(each));
    if (each.threads == 1 || one == alone.end() || !ranking.objection(each).empty()) continue;
    const auto [place, is_new] = places.try_emplace(shape_of(each), curves.size());
    if (is_new)
      curves.push_back({each.op,
                        each.number_class,
                        each.variant,
                        "threads",
                        each.shape_id,
                        {{1, {1, 1, 1}}},
                        {}});
    curves[place->second].points.push_back(
        {static_cast<double>(each.threads),
         paired_ratio_interval(one->second->seconds, each.seconds)});
  }
  for (Curve& curve : curves) {
    std::ranges::sort(curve.points, {}, &CurvePoint::at);
    curve.exponent = exponent_of(curve.points);
  }
  return curves;
}

}  // namespace assay::reports
