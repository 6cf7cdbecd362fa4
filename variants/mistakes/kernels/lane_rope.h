// SPDX-License-Identifier: Apache-2.0
// Rotary position embedding as vector kernels have it: four pairs at a time, the frequencies of a
// head computed once. A place for mistakes; not fast.
#pragma once

#include <algorithm>
#include <vector>

#include "reference/rope.h"

namespace assay::mistaken {

/// The turns of a token, a pair each.
template <class Number>
std::vector<Turn<Number>> turns_of(std::int64_t position, const std::vector<Number>& frequencies,
                                   const Number& lengthened) {
  std::vector<Turn<Number>> turns;
  for (const Number& frequency : frequencies) {
    const Number angle = whole<Number>(position) * frequency;
    const Number cosine = cos(angle);
    const Number sine = sin(angle);
    turns.push_back({lengthened * cosine, lengthened * sine});
  }
  return turns;
}

template <class Number>
void lane_rope(const Call<Number>& call) {
  if (call.has("cos_table")) return rope(call);
  constexpr std::size_t lanes = 4;
  const auto x = call.template in<Number, 4>("x");
  const auto y = call.template out<Number, 4>("y");
  const auto given = call.template in<std::int64_t, 2>("positions");
  const auto positions = given.broadcast_to({x.size(0), x.size(2)});
  const std::size_t rotary_dim = rotary_dim_of(call.i64("rotary_dim"), x.size(3));
  const RopeScaling<Number> scaling = rope_scaling_of(call);
  const bool interleaved = call.string("pairing") == "interleaved";
  const Number lengthened =
      scaling.kind == "yarn" ? yarn_attention_factor(scaling) : whole<Number>(1);
  std::vector<Number> frequencies;
  for (std::size_t c = 0; c < rotary_dim / 2; ++c) {
    frequencies.push_back(frequency_of(c, rotary_dim, call.f64("base"), scaling));
  }
  for (std::size_t b = 0; b < x.size(0); ++b) {
    for (std::size_t i = 0; i < x.size(2); ++i) {
      const auto turns = turns_of(positions(b, i), frequencies, lengthened);
      for (std::size_t h = 0; h < x.size(1); ++h) {
        for (std::size_t d = 0; d < x.size(3); ++d) y(b, h, i, d) = x(b, h, i, d);
        for (std::size_t c = 0; c < turns.size(); c += lanes) {
          const std::size_t end = std::min(c + lanes, turns.size());
          for (std::size_t pair = c; pair < end; ++pair) {
            const auto [first, second] = channels_of(pair, rotary_dim, interleaved);
            const Number x1 = x(b, h, i, first);
            const Number x2 = x(b, h, i, second);
            const Number first_along = x1 * turns[pair].cosine;
            const Number first_across = x1 * turns[pair].sine;
            const Number second_along = x2 * turns[pair].cosine;
            const Number second_across = x2 * turns[pair].sine;
            y(b, h, i, first) = first_along - second_across;
            y(b, h, i, second) = second_along + first_across;
          }
        }
      }
    }
  }
}

}  // namespace assay::mistaken
