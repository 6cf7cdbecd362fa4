// SPDX-License-Identifier: Apache-2.0
#include "suites/self/biased_samplers.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <numeric>

#include "reference/philox.h"
#include "suites/draw_power.h"

namespace assay::self {
namespace {

using suites::DrawnTokens;
using suites::DrawSetting;
using suites::Sampler;

using NumberOf = std::function<double(std::int64_t seed, std::int64_t step, std::int64_t stream)>;
using SharesOf = std::function<std::vector<double>(const DrawSetting&)>;

/// Shares laid end to end in token order: the largest first, equal ones by id.
struct Line {
  std::vector<std::int64_t> ids;
  std::vector<double> edges;
};

Line line_of(const std::vector<double>& shares) {
  Line line;
  line.ids.resize(shares.size());
  std::iota(line.ids.begin(), line.ids.end(), 0);
  const auto share = [&](std::int64_t id) { return shares[static_cast<std::size_t>(id)]; };
  std::ranges::stable_sort(line.ids, std::greater(), share);
  std::erase_if(line.ids, [&](std::int64_t id) { return share(id) == 0; });
  double edge = 0;
  for (const std::int64_t id : line.ids) line.edges.push_back(edge += share(id));
  return line;
}

/// A setting's line is made once: by its name, which no two settings of a plan share.
Sampler sampler(NumberOf number, SharesOf shares = suites::golden_probabilities,
                bool edge_belongs_before = false) {
  return [=, lines = std::map<std::string, Line>()](const DrawSetting& setting, std::int64_t seed,
                                                    std::int64_t step,
                                                    const suites::Streams& streams) mutable {
    if (!lines.contains(setting.name)) lines[setting.name] = line_of(shares(setting));
    const Line& line = lines[setting.name];
    DrawnTokens tokens;
    for (const std::int64_t stream : streams) {
      const double u = number(seed, step, stream);
      const auto at = edge_belongs_before ? std::ranges::lower_bound(line.edges, u)
                                          : std::ranges::upper_bound(line.edges, u);
      const auto place = static_cast<std::size_t>(at - line.edges.begin());
      tokens.push_back(line.ids[std::min(place, line.ids.size() - 1)]);
    }
    return tokens;
  };
}

SharesOf changed(std::function<void(DrawSetting&)> change) {
  return [change](DrawSetting setting) {
    change(setting);
    return suites::golden_probabilities(setting);
  };
}

double to_bf16(double u) {
  if (u == 0) return 0;
  const double unit = std::exp2(std::floor(std::log2(u)) - 7);
  return std::nearbyint(u / unit) * unit;
}

std::vector<BiasedSampler> with_wrong_numbers() {
  const auto right = reference::uniform_of;
  return {
      {"a stream shared between rows",
       sampler([=](auto seed, auto step, auto) { return right(seed, step, 0); })},
      {"two rows share a stream",
       sampler([=](auto seed, auto step, auto stream) { return right(seed, step, stream / 2); })},
      {"one number in every step",
       sampler([=](auto seed, auto, auto stream) { return right(seed, 0, stream); })},
      {"the same numbers for every seed",
       sampler([=](auto, auto step, auto stream) { return right(0, step, stream); })},
      {"a seed off by one: the next seed's step is this seed's next step",
       sampler([=](auto seed, auto step, auto stream) { return right(seed + step, 0, stream); })},
      {"seed and stream added",
       sampler([=](auto seed, auto step, auto stream) { return right(seed + stream, step, 0); })},
      {"step and stream added",
       sampler([=](auto seed, auto step, auto stream) { return right(seed, 0, step + stream); })},
      {"number rounded to bf16", sampler([=](auto seed, auto step, auto stream) {
         return to_bf16(right(seed, step, stream));
       })},
      {"number a multiple of 1/1000", sampler([=](auto seed, auto step, auto stream) {
         return std::floor(right(seed, step, stream) * 1000) / 1000;
       })},
      {"number in (0, 1]", sampler([=](auto seed, auto step, auto stream) {
         return right(seed, step, stream) + 0x1p-24;
       })},
  };
}

std::vector<BiasedSampler> with_wrong_shares() {
  const auto right = reference::uniform_of;
  return {
      {"> for >= at an edge", sampler(right, suites::golden_probabilities, true)},
      {"temperature applied twice",
       sampler(right, changed([](DrawSetting& each) { each.temperature *= each.temperature; }))},
      {"not renormalised", sampler(right, suites::shares_without_renormalising)},
      {"noise by rank, and the rank taken for the token", sampler(right, suites::shares_of_ranks)},
      {"top-p: > for >=", sampler(right, changed([](DrawSetting& each) {
                                    if (each.top_p < 1) each.top_p += 0x1p-20;
                                  }))},
      {"min-p: > for >=", sampler(right, changed([](DrawSetting& each) {
                                    if (each.min_p == 1) each.top_k = 1;
                                  }))},
      {"temperature before top-p, not after", sampler(right, changed([](DrawSetting& each) {
                                                        each.order = "temperature,top_p";
                                                        each.top_k = 0;
                                                      }))},
  };
}

}  // namespace

Sampler right_sampler() { return sampler(reference::uniform_of); }

Sampler foreign_sampler() {
  return sampler([](std::int64_t seed, std::int64_t step, std::int64_t stream) {
    return reference::uniform_of(stream, seed, ~step);
  });
}

std::vector<BiasedSampler> biased_samplers() {
  std::vector<BiasedSampler> all = with_wrong_numbers();
  for (BiasedSampler& each : with_wrong_shares()) all.push_back(std::move(each));
  return all;
}

}  // namespace assay::self
