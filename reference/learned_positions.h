// SPDX-License-Identifier: Apache-2.0
// Learned positions: a table with one trained row per position, added to the token vectors.
// Clauses: learned_positions.md.
#pragma once

#include "reference/call.h"
#include "reference/shape.h"

namespace assay::reference {

/// x, y: tokens d_model; table: table_len d_model; positions: tokens.
/// Throws CallError where a position has no row.
template <class Number>
void learned_positions(View<const Number, 2> x, View<const Number, 2> table,
                       View<const std::int64_t, 1> positions, std::int64_t offset,
                       View<Number, 2> y) {
  const auto table_len = static_cast<std::int64_t>(table.size(0));
  for (std::size_t t = 0; t < x.size(0); ++t) {
    const std::int64_t row = positions(t) + offset;  //                [learned_positions.offset]
    if (row < 0 || row >= table_len) {               //                 [learned_positions.range]
      throw CallError("learned_positions: position " + std::to_string(positions(t)) +
                      " plus offset " + std::to_string(offset) + " is outside the table of " +
                      std::to_string(table_len) + " rows");
    }
    for (std::size_t c = 0; c < x.size(1); ++c) {
      y(t, c) = x(t, c) + table(row, c);  //                             [learned_positions.sum]
    }
  }
}

template <class Number>
void learned_positions(const Call<Number>& call) {
  learned_positions<Number>(call.template in<Number, 2>("x"), call.template in<Number, 2>("table"),
                            call.template in<std::int64_t, 1>("positions"), call.i64("offset"),
                            call.template out<Number, 2>("y"));
}

}  // namespace assay::reference
