// SPDX-License-Identifier: Apache-2.0
// Merging a low-rank correction into the weight that it corrects: afterwards a plain linear map
// does the work of both. Clauses: lora_merge.md.
#pragma once

#include "reference/lora.h"

namespace assay::reference {

/// w, merged: d_out d_in; lora_a: rank d_in; lora_b: d_out rank.
template <class Number>
void lora_merge(View<const Number, 2> w, View<const Number, 2> lora_a, View<const Number, 2> lora_b,
                const Number& scaling, View<Number, 2> merged) {
  for (std::size_t o = 0; o < w.size(0); ++o) {
    for (std::size_t c = 0; c < w.size(1); ++c) {
      const Number correction = reduce<Number>(  //                         [lora_merge.product]
          lora_a.size(0), [&](std::size_t r) { return lora_b(o, r) * lora_a(r, c); });
      const Number scaled = scaling * correction;  //                       [lora_merge.scaling]
      // A 16-bit class rounds here, where the weight is stored, and nowhere before.
      merged(o, c) = w(o, c) + scaled;  //                                [lora_merge.round-once]
    }
  }
}

template <class Number>
void lora_merge(const Call<Number>& call) {
  const View<const Number, 2> lora_a = call.template in<Number, 2>("lora_a");
  const Number scaling = lora_scaling(call.f64("alpha"), lora_a.size(0), call.string("scaling"));
  lora_merge<Number>(call.template in<Number, 2>("w"), lora_a,
                     call.template in<Number, 2>("lora_b"), scaling,
                     call.template out<Number, 2>("merged"));
}

}  // namespace assay::reference
