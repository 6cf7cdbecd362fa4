// SPDX-License-Identifier: Apache-2.0
// ALiBi (attention with linear biases): every head takes from its scores a slope times the distance
// of query and key, so that far keys count less, in each head at another rate. Clauses: alibi.md.
#pragma once

#include "reference/call.h"
#include "reference/shape.h"

namespace assay::reference {

/// The slope of head h, counted from 0.
template <class Number>
Number alibi_slope(std::size_t h, std::size_t n_heads) {
  std::size_t power = 1;  // the largest power of two that n_heads reaches
  while (2 * power <= n_heads) power *= 2;
  const auto turn = static_cast<std::int64_t>(h);
  const auto full = static_cast<std::int64_t>(power);
  if (turn < full) {  //                                                           [alibi.slopes]
    return pow(whole<Number>(2), ratio<Number>(-8 * (turn + 1), full));
  }
  // The first, third, fifth ... of the slopes that twice as many heads would have.
  const std::int64_t odd = 2 * (turn - full) + 1;  //                 [alibi.other-head-counts]
  return pow(whole<Number>(2), ratio<Number>(-8 * odd, 2 * full));
}

/// query_positions: seq_len; key_positions: kv_len; bias: n_heads seq_len kv_len; slopes: n_heads
/// or absent.
template <class Number>
void alibi(View<const std::int64_t, 1> query_positions, View<const std::int64_t, 1> key_positions,
           bool by_key_position, View<Number, 3> bias, View<Number, 1> slopes) {
  const std::size_t n_heads = bias.size(0);
  for (std::size_t h = 0; h < n_heads; ++h) {
    const Number slope = alibi_slope<Number>(h, n_heads);
    if (slopes.present()) slopes(h) = slope;
    for (std::size_t i = 0; i < query_positions.size(0); ++i) {
      for (std::size_t j = 0; j < key_positions.size(0); ++j) {
        const std::int64_t query = query_positions(i), key = key_positions(j);
        if (by_key_position) {  //                                           [alibi.key-position]
          bias(h, i, j) = slope * whole<Number>(key);
        } else {  //                                                             [alibi.distance]
          const std::int64_t distance = key < query ? query - key : key - query;
          bias(h, i, j) = slope * whole<Number>(-distance);
        }
      }
    }
  }
}

template <class Number>
void alibi(const Call<Number>& call) {
  alibi<Number>(call.template in<std::int64_t, 1>("query_positions"),
                call.template in<std::int64_t, 1>("key_positions"),
                call.string("form") == "key_position", call.template out<Number, 3>("bias"),
                call.template out<Number, 1>("slopes"));
}

}  // namespace assay::reference
