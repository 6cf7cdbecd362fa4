// SPDX-License-Identifier: Apache-2.0
// Span head: for every token, how well an answer would start there and how well it would end there.
// Clauses: span_head.md.
#pragma once

#include "reference/call.h"

namespace assay::reference {

/// x: batch seq_len d_model; w: 2 d_model; b: 2 or absent; keep: batch seq_len or absent; start,
/// end: batch seq_len.
template <class Number>
void span_head(View<const Number, 3> x, View<const Number, 2> w, View<const Number, 1> b,
               View<const std::uint8_t, 2> keep, View<Number, 2> start, View<Number, 2> end) {
  const std::size_t d_model = x.size(2);
  for (std::size_t n = 0; n < x.size(0); ++n) {
    for (std::size_t i = 0; i < x.size(1); ++i) {
      const auto score = [&](std::size_t row) {
        const Number sum =
            reduce<Number>(d_model, [&](std::size_t c) { return x(n, i, c) * w(row, c); });
        return b.present() ? sum + b(row) : sum;
      };
      const bool kept = !keep.present() || keep(n, i) != 0;
      const Number never = -Numeric<Number>::infinity();  //                    [span_head.kept]
      start(n, i) = kept ? score(0) : never;              //                    [span_head.rows]
      end(n, i) = kept ? score(1) : never;
    }
  }
}

template <class Number>
void span_head(const Call<Number>& call) {
  span_head<Number>(call.template in<Number, 3>("x"), call.template in<Number, 2>("w"),
                    call.template in<Number, 1>("b"), call.template in<std::uint8_t, 2>("keep"),
                    call.template out<Number, 2>("start"), call.template out<Number, 2>("end"));
}

}  // namespace assay::reference
