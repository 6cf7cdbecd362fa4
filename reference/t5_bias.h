// SPDX-License-Identifier: Apache-2.0
// T5's relative bias: distances of query and key are sorted into buckets, near ones one by one and
// far ones ever more coarsely, and each bucket has a trained bias per head. Clauses: t5_bias.md.
#pragma once

#include <algorithm>
#include <vector>

#include "reference/call.h"
#include "reference/shape.h"

namespace assay::reference {

/// A product of whole numbers of any size, by its digits to the base 2^32, the lowest first.
class WholeProduct {
 public:
  void multiply_by(std::uint32_t factor, std::int64_t times) {
    for (; times > 0; --times) {
      std::uint64_t carried = 0;
      for (std::uint32_t& digit : digits_) {
        carried += std::uint64_t{digit} * factor;
        digit = static_cast<std::uint32_t>(carried);
        carried >>= 32;
      }
      if (carried > 0) digits_.push_back(static_cast<std::uint32_t>(carried));
    }
  }
  /// Products of numbers above 0 have no leading zeros: the longer one is larger.
  [[nodiscard]] bool is_below(const WholeProduct& other) const {
    if (digits_.size() != other.digits_.size()) return digits_.size() < other.digits_.size();
    return std::lexicographical_compare(digits_.rbegin(), digits_.rend(), other.digits_.rbegin(),
                                        other.digits_.rend());
  }

 private:
  std::vector<std::uint32_t> digits_ = {1};
};

/// The buckets of one direction: `near` of one distance each, then `far` of growing width, which
/// meet max_distance.
struct T5Buckets {
  std::int64_t near, far, max_distance;
};

/// Whether ln(distance / near) / ln(max_distance / near) >= step / far, decided without logarithms:
/// (distance / near)^far >= (max_distance / near)^step, times near^far on both sides.
inline bool reaches(std::int64_t distance, std::int64_t step, const T5Buckets& buckets) {
  WholeProduct left, right;
  left.multiply_by(static_cast<std::uint32_t>(distance), buckets.far);
  right.multiply_by(static_cast<std::uint32_t>(buckets.max_distance), step);
  right.multiply_by(static_cast<std::uint32_t>(buckets.near), buckets.far - step);
  return !left.is_below(right);
}

/// The bucket of a distance from 0 on, within its direction.
inline std::int64_t t5_bucket(std::int64_t distance, const T5Buckets& buckets) {
  if (distance < buckets.near) return distance;  //                              [t5_bias.near]
  std::int64_t step = buckets.far - 1;           //                               [t5_bias.far]
  if (distance < buckets.max_distance) {
    while (step > 0 && !reaches(distance, step, buckets)) --step;
  }
  return buckets.near + step;
}

/// The row of the table for a key at this place relative to the query, negative before it.
inline std::int64_t t5_row(std::int64_t place, bool bidirectional, std::int64_t first_after,
                           const T5Buckets& buckets) {
  if (!bidirectional) {  //                                            [t5_bias.one-directional]
    return t5_bucket(place < 0 ? -place : 0, buckets);
  }
  if (place > 0) return first_after + t5_bucket(place, buckets);  //        [t5_bias.directions]
  return t5_bucket(-place, buckets);
}

/// Throws CallError where a direction has fewer than two buckets or no distance is far.
inline T5Buckets t5_buckets(std::int64_t n_buckets, bool bidirectional, std::int64_t max_distance) {
  const std::int64_t one_way = bidirectional ? n_buckets / 2 : n_buckets;
  if (one_way < 2) {  //                                                         [t5_bias.sizes]
    throw CallError("t5_bias: n_buckets is " + std::to_string(n_buckets) +
                    "; each direction needs at least 2");
  }
  const std::int64_t near = one_way / 2;
  if (max_distance <= near || max_distance > 0xffffffff) {
    throw CallError("t5_bias: max_distance is " + std::to_string(max_distance) +
                    "; it must be above " + std::to_string(near) + ", the distances that have " +
                    "their own bucket, and below 2^32");
  }
  return {near, one_way - near, max_distance};
}

/// query_positions: seq_len; key_positions: kv_len; table: n_buckets n_heads; bias: n_heads seq_len
/// kv_len; rows: seq_len kv_len or absent.
template <class Number>
void t5_bias(View<const std::int64_t, 1> query_positions, View<const std::int64_t, 1> key_positions,
             View<const Number, 2> table, bool bidirectional, std::int64_t max_distance,
             View<Number, 3> bias, View<std::int64_t, 2> rows) {
  const auto n_buckets = static_cast<std::int64_t>(table.size(0));
  const T5Buckets buckets = t5_buckets(n_buckets, bidirectional, max_distance);
  for (std::size_t i = 0; i < query_positions.size(0); ++i) {
    for (std::size_t j = 0; j < key_positions.size(0); ++j) {
      const std::int64_t place = key_positions(j) - query_positions(i);
      const std::int64_t row = t5_row(place, bidirectional, n_buckets / 2, buckets);
      if (rows.present()) rows(i, j) = row;
      for (std::size_t h = 0; h < table.size(1); ++h) {
        bias(h, i, j) = table(row, h);  //                                     [t5_bias.lookup]
      }
    }
  }
}

template <class Number>
void t5_bias(const Call<Number>& call) {
  t5_bias<Number>(call.template in<std::int64_t, 1>("query_positions"),
                  call.template in<std::int64_t, 1>("key_positions"),
                  call.template in<Number, 2>("table"), call.boolean("bidirectional"),
                  call.i64("max_distance"), call.template out<Number, 3>("bias"),
                  call.template out<std::int64_t, 2>("buckets"));
}

}  // namespace assay::reference
