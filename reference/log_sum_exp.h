// SPDX-License-Identifier: Apache-2.0
// Log-sum-exp: the logarithm of the sum of the exponentials of a row, which is what softmax divides
// by. Kept beside a partial result of attention, it lets parts be merged later (merge.md). Clauses:
// log_sum_exp.md.
#pragma once

#include "reference/softmax.h"

namespace assay::reference {

/// The logarithm, to base e, of exp(term(0)) + ... + exp(term(count - 1)).
template <class Number, class Term>
Number log_sum_exp_of(std::size_t count, const Term& term) {
  const Number largest = maximum<Number>(count, term);  //                     [log_sum_exp.nan]
  // No term at all gives -infinity [log_sum_exp.nothing], an infinite one +infinity
  // [log_sum_exp.plus-infinity]; neither could be subtracted from itself.
  if (isinf(largest)) return largest;
  const Number total = reduce<Number>(count, [&](std::size_t i) {
    const Number next = term(i);
    if (is_minus_infinity(next)) return whole<Number>(0);
    const Number shifted = next - largest;
    return exp(shifted);
  });
  // What was subtracted comes back outside the logarithm.       [log_sum_exp.shift-by-maximum]
  const Number log_of_total = log(total);
  return largest + log_of_total;  //                                          [log_sum_exp.sum]
}

/// x: rows row_len; value: rows.
template <class Number>
void log_sum_exp(View<const Number, 2> x, bool base_2, View<Number, 1> value) {
  const Number ln_2 = log(whole<Number>(2));
  for (std::size_t t = 0; t < x.size(0); ++t) {
    const Number natural =
        log_sum_exp_of<Number>(x.size(1), [&](std::size_t i) { return x(t, i); });
    value(t) = base_2 ? natural / ln_2 : natural;  //                        [log_sum_exp.base]
  }
}

template <class Number>
void log_sum_exp(const Call<Number>& call) {
  log_sum_exp<Number>(call.template in<Number, 2>("x"), call.string("base") == "2",
                      call.template out<Number, 1>("value"));
}

}  // namespace assay::reference
