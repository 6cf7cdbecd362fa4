// SPDX-License-Identifier: Apache-2.0
// The linear map as vector kernels have it: eight running sums over the input channels, a
// predicated tail, and output channels in blocks of four. A place for mistakes; not fast.
#pragma once

#include <array>

#include "reference/linear.h"

namespace assay::mistaken {

constexpr std::size_t lanes_of_sum = 8;
constexpr std::size_t rows_of_block = 4;

/// Adds the products of `active` channels from c on, a lane each.
template <class Number>
void add_products(View<const Number, 2> x, const Number* weights, std::size_t t, std::size_t o,
                  std::size_t c, std::size_t active, std::array<Number, lanes_of_sum>& lanes) {
  const std::size_t d_in = x.size(1);
  for (std::size_t lane = 0; lane < lanes_of_sum; ++lane) {
    if (lane >= active) continue;
    const std::size_t place = o * d_in + c + lane;
    const Number product = x(t, c + lane) * weights[place];
    lanes[lane] = lanes[lane] + product;
  }
}

template <class Number>
void lane_linear(View<const Number, 2> x, View<const Number, 2> w, View<const Number, 1> b,
                 View<Number, 2> y) {
  const std::size_t d_in = x.size(1), d_out = y.size(1);
  const Number* weights = w.size(0) * d_in > 0 ? &w(0, 0) : nullptr;
  std::array<Number, lanes_of_sum> lanes{};
  for (std::size_t t = 0; t < y.size(0); ++t) {
    for (std::size_t block = 0; block < d_out; block += rows_of_block) {
      const std::size_t rows = std::min(rows_of_block, d_out - block);
      for (std::size_t o = block; o < block + rows; ++o) {
        lanes.fill(whole<Number>(0));
        std::size_t c = 0;
        for (; c + lanes_of_sum <= d_in; c += lanes_of_sum) {
          add_products(x, weights, t, o, c, lanes_of_sum, lanes);
        }
        if (c < d_in) add_products(x, weights, t, o, c, d_in - c, lanes);
        const Number sum =
            reduce<Number>(lanes_of_sum, [&](std::size_t lane) { return lanes[lane]; });
        y(t, o) = b.present() ? sum + b(o) : sum;
      }
    }
  }
}

template <class Number>
void lane_linear(const Call<Number>& call) {
  lane_linear<Number>(call.template in<Number, 2>("x"), call.template in<Number, 2>("w"),
                      call.template in<Number, 1>("b"), call.template out<Number, 2>("y"));
}

}  // namespace assay::mistaken
