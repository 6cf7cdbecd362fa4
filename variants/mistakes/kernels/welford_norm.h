// SPDX-License-Identifier: Apache-2.0
// LayerNorm in one pass: four lanes of mean and squared deviation, merged at the end. A place for
// mistakes; not fast.
#pragma once

#include <array>

#include "reference/layer_norm.h"

namespace assay::mistaken {

/// Mean, and sum of squared deviations from it, of what a lane has seen.
template <class Number>
struct Moments {
  std::int64_t count = 0;
  Number mean = whole<Number>(0), deviation = whole<Number>(0);

  void take(const Number& value) {
    ++count;
    const Number ahead = value - mean;
    const Number step = ahead / whole<Number>(count);
    mean = mean + step;
    const Number behind = value - mean;
    const Number product = ahead * behind;
    deviation = deviation + product;
  }

  void merge(const Moments& other) {
    if (other.count == 0) return;
    const std::int64_t both = count + other.count;
    const Number apart = other.mean - mean;
    const Number share = ratio<Number>(other.count, both);
    const Number step = apart * share;
    const Number between = apart * step;
    const Number weighted = between * whole<Number>(count);
    deviation = deviation + other.deviation + weighted;
    mean = mean + step;
    count = both;
  }
};

template <class Number>
void welford_norm(const Call<Number>& call) {
  constexpr std::size_t lanes = 4;
  const auto x = call.template in<Number, 2>("x");
  const auto weight = call.template in<Number, 1>("weight");
  const auto bias = call.template in<Number, 1>("bias");
  const auto y = call.template out<Number, 2>("y");
  const auto mean = call.template out<Number, 1>("mean");
  const auto inverse_deviation = call.template out<Number, 1>("inverse_deviation");
  const bool inside = call.string("eps_placement") == "inside_root";
  for (std::size_t t = 0; t < x.size(0); ++t) {
    std::array<Moments<Number>, lanes> moments{};
    for (std::size_t c = 0; c < x.size(1); ++c) moments[c % lanes].take(x(t, c));
    Moments<Number> all = moments[0];
    for (std::size_t lane = 1; lane < lanes; ++lane) all.merge(moments[lane]);
    const Number variance = all.deviation / whole<Number>(static_cast<std::int64_t>(x.size(1)));
    const Number inverse = inverse_deviation_of(variance, call.f64("eps"), inside);
    for (std::size_t c = 0; c < x.size(1); ++c) {
      const Number centred = x(t, c) - all.mean;
      const Number normalised = centred * inverse;
      const Number scaled = normalised * weight(c);
      y(t, c) = bias.present() ? scaled + bias(c) : scaled;
    }
    if (mean.present()) mean(t) = all.mean;
    if (inverse_deviation.present()) inverse_deviation(t) = inverse;
  }
}

}  // namespace assay::mistaken
