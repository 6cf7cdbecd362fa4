// SPDX-License-Identifier: Apache-2.0
// Rotary position embedding: each pair of channels is a point in the plane and is turned by an
// angle that grows with the position of its token. The inner product of two turned vectors then
// depends on the distance of their positions only. Clauses: rope.md.
#pragma once

#include "reference/call.h"
#include "reference/rope_scaling.h"
#include "reference/shape.h"

namespace assay::reference {

/// Cosine and sine of one angle.
template <class Number>
struct Turn {
  Number cosine, sine;
};

/// How far pair c of a token at this position is turned: the first pair by one radian per position,
/// later pairs ever more slowly.
template <class Number>
Turn<Number> turn_of(std::int64_t position, std::size_t c, std::size_t rotary_dim,
                     const Number& base, const RopeScaling<Number>& scaling) {
  const Number frequency = frequency_of(c, rotary_dim, base, scaling);
  const Number angle = whole<Number>(position) * frequency;  //                      [rope.angle]
  if (scaling.kind != "yarn") return {cos(angle), sin(angle)};
  const Number lengthened = yarn_attention_factor(scaling);
  const Number cosine = cos(angle);
  const Number sine = sin(angle);
  return {lengthened * cosine, lengthened * sine};
}

/// The two channels that make pair c.
struct ChannelPair {
  std::size_t first, second;
};

inline ChannelPair channels_of(std::size_t c, std::size_t rotary_dim, bool interleaved) {
  if (interleaved) return {2 * c, 2 * c + 1};  //                                  [rope.pairing]
  return {c, c + rotary_dim / 2};
}

/// x, y: batch n_heads seq_len head_dim; positions: batch/1 seq_len; tables: table_len rotary_dim/2
/// or absent.
template <class Number>
void rope(View<const Number, 4> x, View<const std::int64_t, 2> positions,
          View<const Number, 2> cos_table, View<const Number, 2> sin_table, bool interleaved,
          std::size_t rotary_dim, const Number& base, const RopeScaling<Number>& scaling,
          View<Number, 4> y) {
  const std::size_t batch = x.size(0), n_heads = x.size(1), seq_len = x.size(2);
  const std::size_t head_dim = x.size(3);
  positions = positions.broadcast_to({batch, seq_len});  //                      [rope.positions]
  for (std::size_t b = 0; b < batch; ++b) {
    for (std::size_t i = 0; i < seq_len; ++i) {
      const std::int64_t position = positions(b, i);
      for (std::size_t c = 0; c < rotary_dim / 2; ++c) {
        // Tables, where given, say how far each position turns.                     [rope.tables]
        const Turn<Number> turn = cos_table.present()
                                      ? Turn<Number>{cos_table(position, c), sin_table(position, c)}
                                      : turn_of(position, c, rotary_dim, base, scaling);
        const auto [first, second] = channels_of(c, rotary_dim, interleaved);
        for (std::size_t h = 0; h < n_heads; ++h) {  // all heads turn alike          [rope.heads]
          const Number first_along = x(b, h, i, first) * turn.cosine;
          const Number first_across = x(b, h, i, first) * turn.sine;
          const Number second_along = x(b, h, i, second) * turn.cosine;
          const Number second_across = x(b, h, i, second) * turn.sine;
          y(b, h, i, first) = first_along - second_across;  //                    [rope.rotation]
          y(b, h, i, second) = second_along + first_across;
        }
      }
      for (std::size_t d = rotary_dim; d < head_dim; ++d) {  // left as it is       [rope.partial]
        for (std::size_t h = 0; h < n_heads; ++h) y(b, h, i, d) = x(b, h, i, d);
      }
    }
  }
}

/// The number of leading channels that turn. Throws CallError where the channels do not come in
/// pairs.
inline std::size_t rotary_dim_of(std::int64_t attribute, std::size_t head_dim) {
  const std::int64_t rotary_dim = attribute == 0 ? static_cast<std::int64_t>(head_dim) : attribute;
  if (rotary_dim < 0 || rotary_dim > static_cast<std::int64_t>(head_dim) || rotary_dim % 2 != 0) {
    throw CallError("rope: rotary_dim is " + std::to_string(rotary_dim) +
                    "; it must be even and at most head_dim = " + std::to_string(head_dim));
  }
  return static_cast<std::size_t>(rotary_dim);
}

/// Throws CallError unless both tables are there or none, with a column per pair and a row for
/// every position.
template <class Number>
void check_rope_tables(View<const Number, 2> cos_table, View<const Number, 2> sin_table,
                       View<const std::int64_t, 2> positions, std::size_t pairs) {
  if (cos_table.present() != sin_table.present()) {
    throw CallError("rope: cos_table and sin_table come together or not at all");
  }
  if (!cos_table.present()) return;
  if (cos_table.size(1) != pairs) {
    throw CallError("rope: the tables have " + std::to_string(cos_table.size(1)) +
                    " columns; rotary_dim / 2 is " + std::to_string(pairs));
  }
  for (std::size_t b = 0; b < positions.size(0); ++b) {
    for (std::size_t i = 0; i < positions.size(1); ++i) {
      const std::int64_t position = positions(b, i);
      const auto table_len = static_cast<std::int64_t>(cos_table.size(0));
      if (position < 0 || position >= table_len) {  //                          [rope.table-length]
        throw CallError("rope: position " + std::to_string(position) +
                        " is outside the tables of " + std::to_string(table_len) + " rows");
      }
    }
  }
}

template <class Number>
void rope(const Call<Number>& call) {
  const auto x = call.template in<Number, 4>("x");
  const auto positions = call.template in<std::int64_t, 2>("positions");
  const auto cos_table = call.template in<Number, 2>("cos_table");
  const auto sin_table = call.template in<Number, 2>("sin_table");
  const std::size_t rotary_dim = rotary_dim_of(call.i64("rotary_dim"), x.size(3));
  check_rope_tables<Number>(cos_table, sin_table, positions, rotary_dim / 2);
  const RopeScaling<Number> scaling = rope_scaling_of(call);
  check_rope_scaling(scaling, rotary_dim, call.f64("base"));
  rope<Number>(x, positions, cos_table, sin_table, call.string("pairing") == "interleaved",
               rotary_dim, call.f64("base"), scaling, call.template out<Number, 4>("y"));
}

}  // namespace assay::reference
