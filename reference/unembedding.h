// SPDX-License-Identifier: Apache-2.0
// Unembedding: one score per token id, the inner product of the model's last vector with that id's
// row. The larger the score, the likelier the id comes next. Clauses: unembedding.md.
#pragma once

#include "reference/linear.h"
#include "reference/shape.h"

namespace assay::reference {

/// x: tokens d_model; w: vocab_size d_model; b: vocab_size or absent; logits: tokens vocab_size.
template <class Number>
void unembedding(View<const Number, 2> x, View<const Number, 2> w, View<const Number, 1> b,
                 const Number& scale, const Number& softcap, View<Number, 2> logits) {
  linear<Number>(x, w, b, logits);  //                                   [unembedding.rows-of-ids]
  const bool capped = whole<Number>(0) < softcap;
  for (std::size_t t = 0; t < logits.size(0); ++t) {
    for (std::size_t id = 0; id < logits.size(1); ++id) {
      const Number scaled = logits(t, id) * scale;  // with its bias            [unembedding.scale]
      logits(t, id) = scaled;
      if (!capped) continue;
      // tanh is nearly straight around 0 and never leaves -1 ... 1.          [unembedding.softcap]
      const Number bent = tanh(scaled / softcap);
      logits(t, id) = softcap * bent;
    }
  }
}

template <class Number>
void unembedding(const Call<Number>& call) {
  unembedding<Number>(call.template in<Number, 2>("x"), call.template in<Number, 2>("w"),
                      call.template in<Number, 1>("b"), call.f64("scale"), call.f64("softcap"),
                      call.template out<Number, 2>("logits"));
}

}  // namespace assay::reference
