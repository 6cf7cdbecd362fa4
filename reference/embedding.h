// SPDX-License-Identifier: Apache-2.0
// Embedding: a token is a number, and its vector is a row of a table. A second, small table may say
// which part of the text the token belongs to. Clauses: embedding.md.
#pragma once

#include <string>

#include "reference/call.h"
#include "reference/shape.h"

namespace assay::reference {

/// The row that `id` names in a table of `rows` rows. Throws CallError where it names none.
inline std::size_t embedding_row(const std::string& kind, std::int64_t id, std::size_t rows) {
  if (id < 0 || static_cast<std::size_t>(id) >= rows) {  //                     [embedding.range]
    throw CallError("embedding: " + kind + " " + std::to_string(id) + " is outside the table of " +
                    std::to_string(rows) + " rows");
  }
  return static_cast<std::size_t>(id);
}

/// ids: tokens; table: vocab_size d_model; segment_ids: tokens and segment_table: n_segments
/// d_model, or both absent; y: tokens d_model.
template <class Number>
void embedding(View<const std::int64_t, 1> ids, View<const Number, 2> table,
               View<const std::int64_t, 1> segment_ids, View<const Number, 2> segment_table,
               bool scaled, View<Number, 2> y) {
  const std::size_t d_model = y.size(1);
  const Number root = sqrt(whole<Number>(static_cast<std::int64_t>(d_model)));
  for (std::size_t t = 0; t < y.size(0); ++t) {
    const std::size_t row = embedding_row("id", ids(t), table.size(0));
    const bool has_segment = segment_ids.present();
    const std::size_t segment =
        has_segment ? embedding_row("segment id", segment_ids(t), segment_table.size(0)) : 0;
    for (std::size_t c = 0; c < d_model; ++c) {
      const Number looked_up = table(row, c);  //                              [embedding.lookup]
      const Number token = scaled ? looked_up * root : looked_up;  //           [embedding.scale]
      // The segment's row is added as it stands, also that of segment 0.    [embedding.segments]
      y(t, c) = has_segment ? token + segment_table(segment, c) : token;
    }
  }
}

template <class Number>
void embedding(const Call<Number>& call) {
  if (call.has("segment_ids") != call.has("segment_table")) {
    throw CallError("embedding: segment_ids and segment_table come together or not at all");
  }
  embedding<Number>(call.template in<std::int64_t, 1>("ids"), call.template in<Number, 2>("table"),
                    call.template in<std::int64_t, 1>("segment_ids"),
                    call.template in<Number, 2>("segment_table"),
                    call.string("scale") == "sqrt_d_model", call.template out<Number, 2>("y"));
}

}  // namespace assay::reference
