// SPDX-License-Identifier: Apache-2.0
// The bootstrap, and a line through points.
#include "reports/statistics.h"

#include <algorithm>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

namespace assay::reports {
namespace {

constexpr int rounds = 1000;  // the interval's ends move by under 2 % of its width beyond this

/// SplitMix64 (Steele, Lea, Flood 2014), reduced to an index by multiplication (Lemire 2019).
class Picks {
 public:
  std::size_t below(std::size_t limit) {
    state_ += 0x9E3779B97F4A7C15u;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    z ^= z >> 31;
    return static_cast<std::size_t>(((z >> 32) * limit) >> 32);
  }

 private:
  std::uint64_t state_ = 0;
};

double median_of_scratch(std::vector<double>& values) {
  if (values.empty()) return std::numeric_limits<double>::quiet_NaN();
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2 == 1) return *middle;
  return (*middle + *std::max_element(values.begin(), middle)) / 2;
}

double median_of_redrawn(std::span<const double> samples, Picks& picks,
                         std::vector<double>& scratch) {
  scratch.resize(samples.size());
  for (double& value : scratch) value = samples[picks.below(samples.size())];
  return median_of_scratch(scratch);
}

/// The middle 95 % of `statistic`, drawn again and again.
template <class Statistic>
Interval interval_around(double middle, Statistic statistic) {
  std::vector<double> drawn(rounds);
  for (double& value : drawn) value = statistic();
  std::sort(drawn.begin(), drawn.end());
  const auto cut = static_cast<std::size_t>(rounds * 0.025);
  // The median of the sample is within the interval by definition; an even number of samples can
  // put it a hair outside.
  return {std::min(middle, drawn[cut]), middle, std::max(middle, drawn[rounds - 1 - cut])};
}

std::vector<double> ratios_of(const Pair& pair) {
  std::vector<double> ratios;
  for (std::size_t i = 0; i < std::min(pair.numerators.size(), pair.denominators.size()); ++i)
    ratios.push_back(pair.numerators[i] / pair.denominators[i]);
  return ratios;
}

}  // namespace

double median(std::span<const double> samples) {
  std::vector<double> scratch(samples.begin(), samples.end());
  return median_of_scratch(scratch);
}

Interval median_interval(std::span<const double> samples) {
  const double middle = median(samples);
  if (samples.size() < 2) return {middle, middle, middle};
  Picks picks;
  std::vector<double> scratch;
  return interval_around(middle, [&] { return median_of_redrawn(samples, picks, scratch); });
}

Interval ratio_interval(std::span<const double> numerators, std::span<const double> denominators) {
  const double middle = median(numerators) / median(denominators);
  if (numerators.size() < 2 || denominators.size() < 2) return {middle, middle, middle};
  Picks picks;
  std::vector<double> scratch;
  return interval_around(middle, [&] {
    const double above = median_of_redrawn(numerators, picks, scratch);
    return above / median_of_redrawn(denominators, picks, scratch);
  });
}

Interval paired_ratio_interval(std::span<const double> numerators,
                               std::span<const double> denominators) {
  return median_interval(ratios_of({numerators, denominators}));
}

Interval geometric_mean_interval(std::span<const Pair> pairs, bool paired) {
  if (pairs.empty()) return {1, 1, 1};
  Picks picks;
  std::vector<double> scratch;
  std::vector<std::vector<double>> ratios;
  if (paired)
    for (const Pair& pair : pairs) ratios.push_back(ratios_of(pair));
  const auto mean = [&](const auto& median_of) {
    double logarithms = 0;
    for (std::size_t i = 0; i < pairs.size(); ++i)
      logarithms +=
          std::log(paired ? median_of(ratios[i])
                          : median_of(pairs[i].numerators) / median_of(pairs[i].denominators));
    return std::exp(logarithms / static_cast<double>(pairs.size()));
  };
  const double middle = mean([](const auto& samples) { return median(samples); });
  return interval_around(middle, [&] {
    return mean([&](const auto& samples) { return median_of_redrawn(samples, picks, scratch); });
  });
}

Interval slope_interval(std::span<const double> x, std::span<const double> y) {
  const auto n = static_cast<double>(std::min(x.size(), y.size()));
  double mean_x = 0, mean_y = 0, xx = 0, xy = 0, squares = 0;
  for (std::size_t i = 0; i < static_cast<std::size_t>(n); ++i)
    mean_x += x[i] / n, mean_y += y[i] / n;
  for (std::size_t i = 0; i < static_cast<std::size_t>(n); ++i) {
    xx += (x[i] - mean_x) * (x[i] - mean_x);
    xy += (x[i] - mean_x) * (y[i] - mean_y);
  }
  const double slope = xy / xx, unbounded = std::numeric_limits<double>::infinity();
  if (n < 3) return {-unbounded, slope, unbounded};
  for (std::size_t i = 0; i < static_cast<std::size_t>(n); ++i) {
    const double distance = y[i] - mean_y - slope * (x[i] - mean_x);
    squares += distance * distance;
  }
  const double deviation = std::sqrt(squares / (n - 2) / xx);
  const double reach = deviation * boost::math::quantile(boost::math::students_t(n - 2), 0.975);
  return {slope - reach, slope, slope + reach};
}

}  // namespace assay::reports
