// SPDX-License-Identifier: Apache-2.0
// Norms and activations in formulas that equal those of the reference on paper and round elsewhere:
// Welford's variance, divisions for products with a reciprocal, factors folded into one, erfc.
#pragma once

#include "reference/activation.h"
#include "reference/layer_norm.h"
#include "reference/rms_norm.h"
#include "variants/ways/ordered.h"

namespace assay::variants::ways {

/// How many terms there are, their mean, and the sum of the squared distances from it.
template <class Number>
struct Moments {
  std::size_t count;
  Number mean, squares;

  [[nodiscard]] Number variance() const { return squares / number_of(count); }
  static Number number_of(std::size_t n) {
    return reference::whole<Number>(static_cast<std::int64_t>(n));
  }
};

/// One pass over term(first) ... term(end - 1) (Welford 1962). A running mean errs a little at each
/// step, and where the terms take few values always to one side; so runs are kept short, as vector
/// lanes and threads keep them, and combined in pairs (Chan, Golub, LeVeque 1979).
template <class Number>
Moments<Number> moments_in_one_pass(std::size_t first, std::size_t end, const auto& term) {
  constexpr std::size_t longest_run = 16;
  const auto number_of = Moments<Number>::number_of;
  if (end - first > longest_run) {
    const std::size_t middle = first + (end - first) / 2;
    const auto low = moments_in_one_pass<Number>(first, middle, term);
    const auto high = moments_in_one_pass<Number>(middle, end, term);
    const Number count = number_of(end - first), share = number_of(high.count) / count;
    const Number step = high.mean - low.mean;
    const Number between = step * step * share * number_of(low.count);
    return {end - first, low.mean + step * share, low.squares + high.squares + between};
  }
  Number mean = reference::whole<Number>(0), squares = reference::whole<Number>(0);
  for (std::size_t n = first; n < end; ++n) {
    const Number before = term(n) - mean;
    mean = mean + before / number_of(n - first + 1);
    squares = squares + before * (term(n) - mean);
  }
  return {end - first, mean, squares};
}

/// Mean and spread of term(0) ... term(count - 1).
template <class Number>
Moments<Number> moments_of(std::size_t count, const auto& term) {
  if (manner->formulas.welford) return moments_in_one_pass<Number>(0, count, term);
  const Number mean = reference::reduce<Number>(count, term) / Moments<Number>::number_of(count);
  const Number squares = reference::reduce<Number>(count, [&](std::size_t n) {
    const Number centred = term(n) - mean;
    return centred * centred;
  });
  return {count, mean, squares};
}

template <class Number>
void layer_norm_rearranged(reference::View<const Number, 2> x,
                           reference::View<const Number, 1> weight,
                           reference::View<const Number, 1> bias, const Number& eps,
                           bool eps_inside_root, reference::View<Number, 2> y,
                           reference::View<Number, 1> mean,
                           reference::View<Number, 1> inverse_deviation) {
  const std::size_t d_model = x.size(1);
  for (std::size_t t = 0; t < x.size(0); ++t) {
    const Moments<Number> moments =
        moments_of<Number>(d_model, [&](std::size_t c) { return x(t, c); });
    const Number deviation =
        eps_inside_root ? sqrt(moments.variance() + eps) : sqrt(moments.variance()) + eps;
    const Number inverse = reference::whole<Number>(1) / deviation;
    for (std::size_t c = 0; c < d_model; ++c) {
      const Number centred = x(t, c) - moments.mean;
      const Number scaled = manner->formulas.folded ? centred * (inverse * weight(c))
                                                    : centred / deviation * weight(c);
      y(t, c) = bias.present() ? scaled + bias(c) : scaled;
    }
    if (mean.present()) mean(t) = moments.mean;
    if (inverse_deviation.present()) inverse_deviation(t) = inverse;
  }
}

template <class Number>
void rms_norm_rearranged(reference::View<const Number, 2> x,
                         reference::View<const Number, 1> weight, const Number& eps,
                         bool one_plus_weight, bool round_then_weight, DType storage,
                         reference::View<Number, 2> y) {
  const std::size_t d_model = x.size(1);
  const Number width = reference::whole<Number>(static_cast<std::int64_t>(d_model));
  const bool rounds = round_then_weight && size_of(storage) == 2;
  for (std::size_t t = 0; t < x.size(0); ++t) {
    const Number squares =
        reference::reduce<Number>(d_model, [&](std::size_t c) { return x(t, c) * x(t, c); });
    const Number deviation = sqrt(squares / width + eps);
    const Number inverse = reference::whole<Number>(1) / deviation;
    for (std::size_t c = 0; c < d_model; ++c) {
      const Number scale = one_plus_weight ? reference::whole<Number>(1) + weight(c) : weight(c);
      const Number normalised = x(t, c) / deviation;
      if (rounds) {
        y(t, c) = reference::Numeric<Number>::rounded(storage, normalised) * scale;
      } else {
        y(t, c) = manner->formulas.folded ? x(t, c) * (inverse * scale) : normalised * scale;
      }
    }
  }
}

/// 1 / (1 + e^-x): for large negative x the power overflows and the quotient is 0, as far from the
/// exact value as a flushed subnormal.
template <class Number>
Number sigmoid_rearranged(const Number& x) {
  return reference::whole<Number>(1) / (reference::whole<Number>(1) + exp(-x));
}

/// x / 2 erfc(-x / sqrt 2), which does not cancel where the reference's 1 + erf does.
template <class Number>
Number gelu_rearranged(const Number& x) {
  const Number deviations = -x * Number::narrowed(0.70710678118654752440084436210485L);
  return x * Number(static_cast<decltype(x.value())>(0.5)) * Number(std::erfc(deviations.value()));
}

}  // namespace assay::variants::ways
