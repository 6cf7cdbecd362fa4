// SPDX-License-Identifier: Apache-2.0
// Matching the calls of two results and finding what differs.
#include "reports/comparison.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <tuple>

#include "reports/statistics.h"
#include "reports/summary.h"

namespace assay::reports {
namespace {

/// How bad a verdict is for somebody who had another one before.
int severity(Verdict verdict) {
  constexpr int severities[] = {0, 2, 3, 1, 4};  // right, imprecise, wrong, unsupported, broken
  return severities[static_cast<std::size_t>(verdict)];
}

/// Positive: worse than before. Calls in one result only are neither.
int worsening(const VerdictChange& change) {
  if (!change.before || !change.after) return 0;
  return severity(*change.after) - severity(*change.before);
}

/// What the two sides are made of; a side is one result, or one variant of it.
struct Side {
  const RunResult& result;
  std::string only_variant;  // empty: all

  [[nodiscard]] bool has(const std::string& variant) const {
    return only_variant.empty() || variant == only_variant;
  }
  /// Two variants are compared as if they had the same name.
  [[nodiscard]] std::string name_of_variant(const std::string& variant) const {
    return only_variant.empty() ? variant : std::string();
  }
};

using Key = std::tuple<std::string, std::string, std::string>;
using TimedKey = std::tuple<std::string, std::string, std::string, std::string, int>;

Key key_of(const Side& side, const CaseResult& each) {
  return {side.name_of_variant(each.variant), full_id(each), each.number_class};
}
TimedKey key_of(const Side& side, const SpeedResult& each) {
  return {side.name_of_variant(each.variant), each.op, each.shape_id, each.number_class,
          each.threads};
}

template <class Row>
auto indexed(const Side& side, const std::vector<Row>& rows) {
  std::map<decltype(key_of(side, rows[0])), const Row*> index;
  for (const Row& row : rows)
    if (side.has(row.variant)) index.emplace(key_of(side, row), &row);
  return index;
}

void compare_accuracy(const CaseResult& before, const CaseResult& after, const std::string& variant,
                      std::vector<AccuracyChange>& changes) {
  for (const OutputJudgement& now : after.outputs) {
    const auto then = std::find_if(before.outputs.begin(), before.outputs.end(),
                                   [&](const auto& each) { return each.name == now.name; });
    if (then == before.outputs.end()) continue;
    const double smaller = std::min(then->worst_share, now.worst_share);
    const double larger = std::max(then->worst_share, now.worst_share);
    if (larger > 0.5 && larger > 1.5 * smaller)
      changes.push_back({variant, full_id(after), after.number_class, now.name, then->worst_share,
                         now.worst_share});
  }
}

void compare_overview(const Side& before, const Side& after, Comparison& out) {
  struct Shares {
    std::vector<double> before, after;
  };
  const auto old_cases = indexed(before, before.result.cases);
  std::vector<std::tuple<std::string, std::string, std::string>> order;
  std::map<std::tuple<std::string, std::string, std::string>, Shares> groups;
  for (const CaseResult& now : after.result.cases) {
    if (!after.has(now.variant)) continue;
    const auto found = old_cases.find(key_of(after, now));
    if (found == old_cases.end()) continue;
    const OutputJudgement* worst_then = worst_output(*found->second);
    const OutputJudgement* worst_now = worst_output(now);
    if (worst_then == nullptr || worst_now == nullptr) continue;
    const auto [place, is_new] = groups.try_emplace(
        {after.name_of_variant(now.variant), now.op, now.number_class}, Shares());
    if (is_new) order.push_back(place->first);
    place->second.before.push_back(worst_then->worst_share);
    place->second.after.push_back(worst_now->worst_share);
  }
  for (const auto& group : order) {
    const Shares& shares = groups.at(group);
    const auto worst = [](const std::vector<double>& list) {
      return *std::max_element(list.begin(), list.end());
    };
    const auto& [variant, op, number_class] = group;
    out.overview.push_back({variant, op, number_class, shares.after.size(), worst(shares.before),
                            worst(shares.after), median(shares.before), median(shares.after)});
  }
}

void compare_cases(const Side& before, const Side& after, Comparison& out) {
  const auto old_cases = indexed(before, before.result.cases);
  const auto new_cases = indexed(after, after.result.cases);
  for (const auto& [key, now] : new_cases) {
    const auto& [variant, id, number_class] = key;
    const auto found = old_cases.find(key);
    if (found == old_cases.end()) {
      ++out.only_after;
      out.verdicts.push_back({variant, id, number_class, {}, now->verdict, now->rerun});
      continue;
    }
    const CaseResult& then = *found->second;
    ++out.in_both;
    if (then.verdict == now->verdict)
      ++out.verdict_same;
    else
      out.verdicts.push_back({variant, id, number_class, then.verdict, now->verdict, now->rerun});
    compare_accuracy(then, *now, variant, out.accuracy);
  }
  for (const auto& [key, then] : old_cases) {
    const auto& [variant, id, number_class] = key;
    if (new_cases.contains(key)) continue;
    ++out.only_before;
    out.verdicts.push_back({variant, id, number_class, then->verdict, {}, then->rerun});
  }
  std::stable_sort(out.verdicts.begin(), out.verdicts.end(),
                   [](const auto& a, const auto& b) { return worsening(a) > worsening(b); });
  const auto growth = [](const AccuracyChange& change) {
    return change.after / std::max(change.before, 1e-9);
  };
  std::stable_sort(out.accuracy.begin(), out.accuracy.end(), [&](const auto& a, const auto& b) {
    const double x = growth(a), y = growth(b);
    return std::isnan(y) ? false : std::isnan(x) || x > y;
  });
}

/// The shapes of one op that both sides were timed at.
struct TimedGroup {
  std::vector<Pair> pairs;
  std::vector<double> noises;

  /// The mean of ratios is off by no more than the mean of what each is off by.
  [[nodiscard]] double noise() const {
    return std::accumulate(noises.begin(), noises.end(), 0.0) / static_cast<double>(noises.size());
  }
};

void compare_speed(const Side& before, const Side& after, Comparison& out) {
  auto old_times = indexed(before, before.result.speed);
  using GroupKey = std::tuple<std::string, std::string, std::string, int>;
  std::vector<GroupKey> order;
  std::map<GroupKey, TimedGroup> groups;
  std::vector<Pair> all;
  for (const SpeedResult& now : after.result.speed) {
    if (!after.has(now.variant)) continue;
    const auto found = old_times.find(key_of(after, now));
    if (found == old_times.end()) {
      ++out.untimed;
      continue;
    }
    const SpeedResult& then = *found->second;
    old_times.erase(found);
    const double noise = std::max(noise_of(then.against_itself), noise_of(now.against_itself));
    const double middle = now.seconds_per_call.middle / then.seconds_per_call.middle;
    Interval ratio = {middle, middle, middle};
    if (!now.seconds.empty() && !then.seconds.empty())
      ratio = out.variants_apart ? paired_ratio_interval(now.seconds, then.seconds)
                                 : ratio_interval(now.seconds, then.seconds);
    const std::string variant = after.name_of_variant(now.variant);
    out.speed.push_back({variant, now.op + "/" + now.shape_id, now.number_class, now.threads,
                         then.seconds_per_call.middle, now.seconds_per_call.middle, ratio, noise,
                         speed_verdict(ratio, noise)});
    if (now.seconds.empty() || then.seconds.empty()) continue;
    const auto [place, is_new] =
        groups.try_emplace({variant, now.op, now.number_class, now.threads}, TimedGroup());
    if (is_new) order.push_back(place->first);
    place->second.pairs.push_back({now.seconds, then.seconds});
    place->second.noises.push_back(noise);
    all.push_back({now.seconds, then.seconds});
  }
  out.untimed += old_times.size();
  for (const GroupKey& key : order) {
    const TimedGroup& group = groups.at(key);
    const auto& [variant, op, number_class, threads] = key;
    const Interval ratio = geometric_mean_interval(group.pairs, out.variants_apart);
    out.by_op.push_back({variant, op, number_class, threads, group.pairs.size(), ratio,
                         group.noise(), speed_verdict(ratio, group.noise())});
  }
  out.all_shapes = geometric_mean_interval(all, out.variants_apart);
}

void compare_environment(const RunResult& before, const RunResult& after, Comparison& out) {
  auto names = before.environment;
  names.insert(after.environment.begin(), after.environment.end());
  const auto value = [](const RunResult& result, const std::string& name) {
    const auto found = result.environment.find(name);
    return found == result.environment.end() ? std::string() : found->second;
  };
  for (const auto& [name, ignored] : names) {
    const std::string then = value(before, name), now = value(after, name);
    if (then == now) continue;
    out.environment.push_back({name, then, now});
    if (name == "cpu") out.same_machine = false;
  }
}

Comparison compare_sides(const Side& before, const Side& after, Comparison out) {
  compare_cases(before, after, out);
  compare_overview(before, after, out);
  compare_speed(before, after, out);
  compare_environment(before.result, after.result, out);
  if (before.result.fixtures != after.result.fixtures) {
    out.fixtures = Difference{"fixtures", before.result.fixtures, after.result.fixtures};
    out.environment.push_back(*out.fixtures);
  }
  return out;
}

}  // namespace

bool Comparison::has_regression() const {
  return std::any_of(verdicts.begin(), verdicts.end(),
                     [](const VerdictChange& each) { return worsening(each) > 0; });
}

bool Comparison::is_slower_by(double share) const {
  return std::any_of(speed.begin(), speed.end(), [&](const SpeedChange& each) {
    return each.verdict == SpeedVerdict::slower && each.ratio.middle > 1 + share;
  });
}

Comparison compare(const RunResult& before, const RunResult& after, const std::string& before_name,
                   const std::string& after_name) {
  Comparison out;
  out.before_name = before_name;
  out.after_name = after_name;
  return compare_sides({before, ""}, {after, ""}, std::move(out));
}

Comparison compare_variants(const RunResult& result, const std::string& first,
                            const std::string& second) {
  Comparison out;
  out.before_name = first;
  out.after_name = second;
  out.variants_apart = true;
  return compare_sides({result, first}, {result, second}, std::move(out));
}

}  // namespace assay::reports
