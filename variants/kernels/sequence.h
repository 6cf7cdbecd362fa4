// SPDX-License-Identifier: Apache-2.0
// The tokens of a call: where they stand among all tokens of their batch entry, which of them are
// padding, where a cache keeps them, and how attention is told who sees whom.
#pragma once

#include <algorithm>

#include "variants/kernels/composition.h"

namespace assay::variants {

/// A place counts the tokens of an entry from 0, padding at the left included: those in the cache
/// first, then those of the call.
struct Sequence {
  std::size_t batch = 0;
  std::int64_t seq_len = 0;
  const std::int64_t *cache_len = nullptr, *lengths = nullptr, *left_padding = nullptr,
                     *prefix_lengths = nullptr;  // batch, or null
  bool causal = true;
  std::int64_t window = -1;  // -1: none
  bool cached = false, ring = false;
  std::int64_t capacity = 0;  // slots of the cache

  [[nodiscard]] std::int64_t past(std::size_t b) const {
    return cache_len != nullptr ? cache_len[b] : 0;
  }
  /// Behind the last token that is no padding at the right.
  [[nodiscard]] std::int64_t end(std::size_t b) const {
    return past(b) + (lengths != nullptr ? lengths[b] : seq_len);
  }
  [[nodiscard]] std::int64_t first(std::size_t b) const {
    return left_padding != nullptr ? left_padding[b] : 0;
  }
  /// The tokens i of the call that are no padding.
  [[nodiscard]] std::pair<std::int64_t, std::int64_t> real(std::size_t b) const {
    const std::int64_t last = end(b) - past(b);
    return {std::clamp<std::int64_t>(first(b) - past(b), 0, last), last};
  }

  /// How many keys attention is given: those of the call, or every slot of the cache.
  [[nodiscard]] std::int64_t slots() const { return cached ? capacity : seq_len; }
  [[nodiscard]] std::int64_t slot_of(std::int64_t place) const {
    return ring ? place % capacity : place;
  }
  /// The earliest place that the cache still holds after the call.
  [[nodiscard]] std::int64_t oldest(std::size_t b) const {
    return ring ? std::max<std::int64_t>(0, end(b) - capacity) : 0;
  }
};

/// Throws CallError where the counts of a call contradict each other or the cache is too small.
void check(std::string_view op, const Sequence& sequence);

/// Who sees whom, said by attributes where they suffice: kernels skip what those hide. What they
/// cannot say (padding at the left, prefixes, rings) becomes a mask.
struct Sight {
  const char* causal = "none";
  std::int64_t window = -1;
  Tensor<std::int64_t> key_lengths;  // batch, or absent
  Tensor<std::uint8_t> keep;         // batch 1 seq_len slots, or absent
};

Sight sight_of(const Sequence& sequence);

/// The place of the token that each key of an entry is, or that each slot of its cache holds after
/// the call; 0 for empty ones.
Tensor<std::int64_t> places_of_slots(const Sequence& sequence, std::size_t b);
/// The places of the tokens of the call.
Tensor<std::int64_t> places_of_tokens(const Sequence& sequence, std::size_t b);

/// Writes 0 to the rows of padding of a tensor batch seq_len width.
template <class Number>
void clear_padding(const Sequence& sequence, std::size_t width, Number* rows) {
  const auto row = [&](std::size_t b, std::int64_t i) {
    return rows +
           (b * static_cast<std::size_t>(sequence.seq_len) + static_cast<std::size_t>(i)) * width;
  };
  for (std::size_t b = 0; b < sequence.batch; ++b) {
    const auto [begin, end] = sequence.real(b);
    std::fill(row(b, 0), row(b, begin), Number{0});
    std::fill(row(b, end), row(b, sequence.seq_len), Number{0});
  }
}

/// Puts the keys or values of the call's tokens, batch seq_len heads head_dim, into their slots of
/// a cache, batch heads capacity head_dim, as its type will hold them: the tokens of this call meet
/// what those of the next one will. Slots of padding keep what they hold.
template <class Number>
void append(const Sequence& sequence, const Number* fresh, std::size_t heads, std::size_t head_dim,
            DType stored_as, Number* cache) {
  const auto seq_len = static_cast<std::size_t>(sequence.seq_len);
  const auto capacity = static_cast<std::size_t>(sequence.capacity);
  for (std::size_t b = 0; b < sequence.batch; ++b) {
    const auto [begin, end] = sequence.real(b);
    for (std::int64_t i = begin; i < end; ++i) {
      const auto slot = static_cast<std::size_t>(sequence.slot_of(sequence.past(b) + i));
      const Number* from = fresh + (b * seq_len + static_cast<std::size_t>(i)) * heads * head_dim;
      for (std::size_t kv = 0; kv < heads; ++kv) {
        Number* const to = cache + ((b * heads + kv) * capacity + slot) * head_dim;
        for (std::size_t d = 0; d < head_dim; ++d) {
          to[d] = as_stored(from[kv * head_dim + d], stored_as);
        }
      }
    }
  }
}

}  // namespace assay::variants
