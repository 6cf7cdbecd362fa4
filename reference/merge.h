// SPDX-License-Identifier: Apache-2.0
// Merges partial results of attention: each part has seen some of the keys and hands over its
// output with the log-sum-exp of its scores, which says how much weight its keys have together.
// Clauses: merge.md.
#pragma once

#include <vector>

#include "reference/softmax.h"

namespace assay::reference {

/// partial_out: parts rows d_model; partial_lse: parts rows; out: rows d_model; lse: rows.
template <class Number>
void merge(View<const Number, 3> partial_out, View<const Number, 2> partial_lse, bool base_2,
           View<Number, 2> out, View<Number, 1> lse) {
  const std::size_t parts = partial_lse.size(0);
  const Number ln_2 = log(whole<Number>(2));
  std::vector<Number> weights(parts);
  for (std::size_t r = 0; r < partial_lse.size(1); ++r) {
    const auto is_empty = [&](std::size_t p) { return is_minus_infinity(partial_lse(p, r)); };
    const Number largest =
        maximum<Number>(parts, [&](std::size_t p) { return partial_lse(p, r); });  // [merge.nan]
    if (is_minus_infinity(largest)) {  // no part has seen a key        [merge.nothing-anywhere]
      for (std::size_t d = 0; d < out.size(1); ++d) out(r, d) = whole<Number>(0);
      lse(r) = largest;
      continue;
    }
    for (std::size_t p = 0; p < parts; ++p) {
      weights[p] = whole<Number>(0);
      if (is_empty(p)) continue;  //                                           [merge.empty-part]
      const Number shifted = partial_lse(p, r) - largest;  //         [merge.shift-by-maximum]
      const Number natural = base_2 ? shifted * ln_2 : shifted;
      weights[p] = exp(natural);  // e^x or 2^x, as the log-sum-exp was taken      [merge.base]
    }
    const Number total = reduce<Number>(parts, [&](std::size_t p) { return weights[p]; });
    for (std::size_t d = 0; d < out.size(1); ++d) {
      const Number mixed = reduce<Number>(parts, [&](std::size_t p) {
        return is_empty(p) ? whole<Number>(0) : weights[p] * partial_out(p, r, d);
      });
      out(r, d) = mixed / total;  //                                              [merge.weights]
    }
    const Number log_of_total = log(total);
    const Number above_largest = base_2 ? log_of_total / ln_2 : log_of_total;
    lse(r) = largest + above_largest;  //                                             [merge.lse]
  }
}

template <class Number>
void merge(const Call<Number>& call) {
  merge<Number>(call.template in<Number, 3>("partial_out"),
                call.template in<Number, 2>("partial_lse"), call.string("base") == "2",
                call.template out<Number, 2>("out"), call.template out<Number, 1>("lse"));
}

}  // namespace assay::reference
