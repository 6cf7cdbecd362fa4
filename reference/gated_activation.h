// SPDX-License-Identifier: Apache-2.0
// Gated linear units: one half of a vector says how much of the other half passes. Clauses:
// gated_activation.md.
#pragma once

#include <cstddef>
#include <string_view>

#include "reference/activation.h"

namespace assay::reference {

/// Where the gate of channel c stands, and what it gates.
struct GatePlaces {
  std::size_t gate, value;
};

/// d_ff channels come out of 2 * d_ff.
inline GatePlaces gate_places(std::string_view side, std::size_t c, std::size_t d_ff) {
  if (side == "first") return {c, d_ff + c};   //                     [gated_activation.gate-side]
  if (side == "second") return {d_ff + c, c};  //                     [gated_activation.gate-side]
  return {2 * c, 2 * c + 1};                   //                    [gated_activation.interleaved]
}

/// x: tokens 2*d_ff; y: tokens d_ff.
template <class Number>
void gated_activation(View<const Number, 2> x, Form form, std::string_view side,
                      View<Number, 2> y) {
  const std::size_t d_ff = y.size(1);
  for (std::size_t t = 0; t < y.size(0); ++t) {
    for (std::size_t c = 0; c < d_ff; ++c) {
      const GatePlaces place = gate_places(side, c, d_ff);
      const Number gate = activated(form, x(t, place.gate));  //           [gated_activation.form]
      y(t, c) = gate * x(t, place.value);                     //        [gated_activation.product]
    }
  }
}

template <class Number>
void gated_activation(const Call<Number>& call) {
  gated_activation<Number>(call.template in<Number, 2>("x"), form_of(call.string("form")),
                           call.string("gate_side"), call.template out<Number, 2>("y"));
}

}  // namespace assay::reference
