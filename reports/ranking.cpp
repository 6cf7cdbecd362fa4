// SPDX-License-Identifier: Apache-2.0
#include "reports/ranking.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "reports/speed_verdict.h"
#include "reports/statistics.h"
#include "reports/summary.h"

namespace assay::reports {
namespace {

template <class Row>
std::string group_of(const Row& row) {
  return row.variant + "\n" + row.op + "\n" + row.number_class;
}

}  // namespace

Ranking::Ranking(const RunResult& result) {
  for (const CaseResult& each : result.cases) {
    auto& [failed, all] = failures_[group_of(each)];
    failed += is_failure(each.verdict);
    ++all;
  }
  std::map<std::string, std::size_t> places;
  for (const SpeedResult& each : result.speed) {
    const std::string name = each.op + "\n" + each.shape_id + "\n" + each.number_class;
    const auto [place, is_new] = places.try_emplace(name, calls_.size());
    if (is_new) calls_.push_back({each.op, each.shape_id, each.number_class, {}});
    if (!objection(each).empty()) continue;
    const SpeedResult*& best = calls_[place->second].best[each.variant];
    if (best == nullptr || each.seconds_per_call.middle < best->seconds_per_call.middle)
      best = &each;
  }
}

std::string Ranking::objection(const SpeedResult& timing) const {
  if (timing.verdict != Verdict::right)
    return fmt::format("the timed output is {}", name_of(timing.verdict));
  const auto found = failures_.find(group_of(timing));
  if (found == failures_.end() || found->second.first == 0) return "";
  return fmt::format("{} of {} calls of {} in {} are not right", found->second.first,
                     found->second.second, timing.op, timing.number_class);
}

MeanSpeedup Ranking::mean_speedup(const std::string& first, const std::string& second,
                                  const std::string& op, const std::string& number_class) const {
  const auto [place, is_new] = means_.try_emplace({first, second, op, number_class});
  MeanSpeedup& out = place->second;
  if (!is_new) return out;
  out.first = first;
  out.second = second;
  std::vector<Pair> pairs;
  for (const TimedCall& call : calls_) {
    if (!op.empty() && (call.op != op || call.number_class != number_class)) continue;
    const auto a = call.best.find(first), b = call.best.find(second);
    if (a == call.best.end() || b == call.best.end()) {
      ++out.left_out;
      continue;
    }
    ++out.shapes;
    for (const SpeedResult* each : {a->second, b->second})
      out.noise = std::max(out.noise, noise_of(each->against_itself));
    if (first != second && !a->second->seconds.empty() && !b->second->seconds.empty())
      pairs.push_back({a->second->seconds, b->second->seconds});
  }
  out.ratio = geometric_mean_interval(pairs, true);
  return out;
}

std::vector<Tradeoff> tradeoffs_of(const RunResult& result, const Ranking& ranking) {
  std::map<std::string, double> worst;
  for (const CaseResult& each : result.cases)
    if (const OutputJudgement* output = worst_output(each)) {
      double& share = worst[group_of(each)];
      share = std::max(share, output->worst_share);
    }
  const std::vector<std::string> variants = variant_names(result);
  std::vector<Tradeoff> tradeoffs;
  std::set<std::pair<std::string, std::string>> seen;
  for (const TimedCall& call : ranking.calls()) {
    if (!seen.emplace(call.op, call.number_class).second) continue;
    std::string first;  // with a timing of this op
    for (const std::string& variant : variants) {
      Tradeoff each{call.op, call.number_class, variant, 0, {1, 1, 1}, 0};
      const auto share = worst.find(variant + "\n" + call.op + "\n" + call.number_class);
      if (share == worst.end()) continue;  // its accuracy in this op is not known
      each.worst_share = share->second;
      const MeanSpeedup mean = ranking.mean_speedup(first.empty() ? variant : first, variant,
                                                    call.op, call.number_class);
      if (mean.shapes == 0) continue;
      if (first.empty()) first = variant;
      each.shapes = mean.shapes;
      each.speedup = mean.ratio;
      tradeoffs.push_back(std::move(each));
    }
  }
  return tradeoffs;
}

}  // namespace assay::reports
