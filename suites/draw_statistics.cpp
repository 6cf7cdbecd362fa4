// SPDX-License-Identifier: Apache-2.0
#include "suites/draw_statistics.h"

#include <algorithm>
#include <boost/math/distributions/chi_squared.hpp>
#include <cmath>
#include <limits>

#include "reference/philox.h"

namespace assay::suites {
namespace {

/// Pearson's statistic of counts against probabilities that add up to 1.
DrawTest pearson(std::string name, const std::vector<std::int64_t>& counts,
                 const std::vector<double>& probs, double rate) {
  DrawTest test;
  test.name = std::move(name);
  test.freedom = -1;
  for (const std::int64_t count : counts) test.draws += count;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const auto count = static_cast<double>(counts[i]);
    if (probs[i] > 0) {
      const double expected = static_cast<double>(test.draws) * probs[i];
      test.statistic += (count - expected) * (count - expected) / expected;
      test.freedom += 1;
    } else if (count > 0) {
      test.statistic = std::numeric_limits<double>::infinity();
    }
  }
  test.limit = limit_of(test.freedom, rate);
  const boost::math::chi_squared distribution(test.freedom);
  test.p = std::isinf(test.statistic)
               ? 0
               : boost::math::cdf(boost::math::complement(distribution, test.statistic));
  return test;
}

/// The tokens of a whole grid, by seed, step and stream. Even and odd streams are asked for in
/// calls of their own: where the row counts and not the stream, neighbours are then alike.
DrawnTokens all_tokens(const PlannedDraws& planned, const Sampler& sampler) {
  const DrawGrid& grid = planned.grid;
  Streams halves[2];
  for (std::int64_t stream = 0; stream < grid.streams; ++stream) {
    halves[stream % 2].push_back(stream);
  }
  DrawnTokens tokens(static_cast<std::size_t>(grid.draws()));
  std::int64_t place = 0;  // of the call's stream 0
  for (std::int64_t seed = 0; seed < grid.seeds; ++seed) {
    for (std::int64_t step = 0; step < grid.steps; ++step) {
      for (const Streams& half : halves) {
        const DrawnTokens drawn = sampler(planned.setting, grid.first_seed + seed, step, half);
        for (std::size_t i = 0; i < half.size(); ++i) {
          tokens[static_cast<std::size_t>(place + half[i])] = drawn[i];
        }
      }
      place += grid.streams;
    }
  }
  return tokens;
}

/// A token that does not exist counts as one more with probability 0.
DrawTest test_frequencies(const PlannedDraws& planned, const DrawnTokens& tokens, double rate) {
  std::vector<double> probs = golden_probabilities(planned.setting);
  probs.push_back(0);
  const auto vocab_size = static_cast<std::int64_t>(planned.setting.logits.size());
  std::vector<std::int64_t> counts(probs.size());
  for (const std::int64_t token : tokens) {
    const bool exists = token >= 0 && token < vocab_size;
    ++counts[static_cast<std::size_t>(exists ? token : vocab_size)];
  }
  return pearson("frequencies: " + planned.setting.name, counts, probs, rate);
}

/// Calls `take` with the places of both draws of every pair. A pair begins where the first
/// coordinate that changes is even, so that no draw is in two pairs and pairs are independent.
template <class Take>
void for_each_pair(const DrawGrid& grid, const Direction& direction, const Take& take) {
  const Direction extents = {grid.seeds, grid.steps, grid.streams};
  const std::size_t first_change = static_cast<std::size_t>(
      std::ranges::find_if(direction, [](std::int64_t each) { return each != 0; }) -
      direction.begin());
  const auto place = [&](const Direction& at) {
    return static_cast<std::size_t>((at[0] * grid.steps + at[1]) * grid.streams + at[2]);
  };
  Direction from{}, end{};
  for (std::size_t axis = 0; axis < 3; ++axis) {
    from[axis] = std::max<std::int64_t>(0, -direction[axis]);
    end[axis] = extents[axis] - std::max<std::int64_t>(0, direction[axis]);
  }
  const auto stride = [&](std::size_t axis) { return axis == first_change ? 2 : 1; };
  for (std::int64_t seed = from[0]; seed < end[0]; seed += stride(0)) {
    for (std::int64_t step = from[1]; step < end[1]; step += stride(1)) {
      for (std::int64_t stream = from[2]; stream < end[2]; stream += stride(2)) {
        take(place({seed, step, stream}),
             place({seed + direction[0], step + direction[1], stream + direction[2]}));
      }
    }
  }
}

DrawTest test_pairs(const PlannedDraws& planned, const DrawnTokens& tokens,
                    const Direction& direction, double rate) {
  const auto vocab_size = static_cast<std::int64_t>(planned.setting.logits.size());
  const std::size_t cells = pair_groups * pair_groups;
  std::vector<std::int64_t> counts(cells);
  const auto group = [&](std::size_t i) {
    return static_cast<std::size_t>(std::clamp<std::int64_t>(tokens[i], 0, vocab_size - 1) *
                                    pair_groups / vocab_size);
  };
  for_each_pair(planned.grid, direction,
                [&](std::size_t a, std::size_t b) { ++counts[group(a) * pair_groups + group(b)]; });
  return pearson("independence: " + words_of(direction), counts,
                 std::vector<double>(cells, 1.0 / static_cast<double>(cells)), rate);
}

NumbersCompared compare_numbers(const PlannedDraws& planned, const DrawnTokens& tokens) {
  const DrawGrid& grid = planned.grid;
  const auto vocab_size = static_cast<double>(planned.setting.logits.size());
  NumbersCompared compared;
  for (const std::int64_t token : tokens) {
    const std::int64_t place = compared.draws++;
    const double at =
        vocab_size * reference::uniform_of(grid.first_seed + place / grid.streams / grid.steps,
                                           place / grid.streams % grid.steps, place % grid.streams);
    const bool on_edge = at == std::floor(at);
    const bool differs = token != static_cast<std::int64_t>(at);
    compared.differ += differs;
    compared.on_edge += on_edge;
    compared.on_edge_differ += on_edge && differs;
  }
  return compared;
}

}  // namespace

bool DrawFindings::passed() const {
  return numbers.passed() && std::ranges::all_of(tests, &DrawTest::passed);
}

std::vector<Direction> directions() {
  std::vector<Direction> all;
  for (std::int64_t code = 14; code < 27; ++code) {  // the digits of 13 stand for "nowhere"
    all.push_back({code / 9 - 1, code / 3 % 3 - 1, code % 3 - 1});
  }
  return all;
}

std::string words_of(const Direction& direction) {
  static constexpr const char* axes[] = {"seed", "step", "stream"};
  std::string words;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    if (direction[axis] == 0) continue;
    words +=
        (words.empty() ? "" : ", ") + (direction[axis] > 0 ? "next " + std::string(axes[axis])
                                                           : std::string(axes[axis]) + " before");
  }
  return words;
}

std::size_t test_count(const DrawPlan& plan) {
  return 1 + plan.shaped.size() + directions().size();
}

std::int64_t pair_count(const DrawGrid& grid, const Direction& direction) {
  std::int64_t count = 0;
  for_each_pair(grid, direction, [&](std::size_t, std::size_t) { ++count; });
  return count;
}

double limit_of(double freedom, double rate) {
  return boost::math::quantile(boost::math::complement(boost::math::chi_squared(freedom), rate));
}

DrawFindings judge_draws(const DrawPlan& plan, const Sampler& sampler, double rate) {
  // Each test has its share, so that all of them together alarm at `rate` or less.
  const double share = rate / static_cast<double>(test_count(plan));
  DrawFindings findings;
  const DrawnTokens even = all_tokens(plan.even, sampler);
  findings.numbers = compare_numbers(plan.even, even);
  findings.tests.push_back(test_frequencies(plan.even, even, share));
  for (const PlannedDraws& each : plan.shaped) {
    findings.tests.push_back(test_frequencies(each, all_tokens(each, sampler), share));
  }
  for (const Direction& each : directions()) {
    findings.tests.push_back(test_pairs(plan.even, even, each, share));
  }
  return findings;
}

}  // namespace assay::suites
