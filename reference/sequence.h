// SPDX-License-Identifier: Apache-2.0
// Which token may look at which: where the tokens of a call stand among all tokens of their batch
// entry, which of them are padding, and where a cache keeps them. Clauses: block.md, decoder.md.
#pragma once

#include <string>

#include "reference/cached_attention.h"
#include "reference/composition.h"

namespace assay::reference {

/// The tokens of a call. A token's place counts all tokens of its entry from 0, padding included:
/// those in the cache first, then those of the call.
struct Sequence {
  std::size_t batch = 0, seq_len = 0;
  View<const std::int64_t, 1> cache_len, lengths, left_padding, prefix_lengths;  // batch, or absent
  bool causal = true;
  std::int64_t window = -1;    // -1: none
  std::int64_t capacity = -1;  // slots of the cache; -1: no cache
  bool ring = false;

  [[nodiscard]] std::int64_t past(std::size_t b) const {
    return cache_len.present() ? cache_len(b) : 0;
  }
  [[nodiscard]] std::int64_t place(std::size_t b, std::size_t i) const {
    return past(b) + static_cast<std::int64_t>(i);
  }
  /// How many tokens the entry has after this call, without the padding at the right.
  [[nodiscard]] std::int64_t end(std::size_t b) const {
    return past(b) + (lengths.present() ? lengths(b) : static_cast<std::int64_t>(seq_len));
  }
  [[nodiscard]] std::int64_t first(std::size_t b) const {
    return left_padding.present() ? left_padding(b) : 0;
  }
  [[nodiscard]] bool is_padding(std::size_t b, std::size_t i) const {
    return place(b, i) < first(b) || place(b, i) >= end(b);
  }

  /// Whether token i of the call may look at the token at `key`.
  [[nodiscard]] bool visible(std::size_t b, std::size_t i, std::int64_t key) const {
    if (key < first(b)) return false;  //                                      [block.left-padding]
    if (key >= end(b)) return false;   //                                           [block.lengths]
    const bool in_prefix = prefix_lengths.present() && key < prefix_lengths(b);
    if (in_prefix) return true;  //                                                [decoder.prefix]
    const std::int64_t distance = place(b, i) - key;  // > 0: the key comes before
    if (causal && distance < 0) return false;         //                             [block.causal]
    if (window < 0) return true;
    return distance < window && (causal || -distance < window);  //                  [block.window]
  }

  /// Keys that attention is given: those of the call, or every slot of the cache.
  [[nodiscard]] std::size_t slots() const {
    return capacity >= 0 ? static_cast<std::size_t>(capacity) : seq_len;
  }
  /// What the cache of an entry holds, with the tokens of this call in it.
  [[nodiscard]] CacheEntry cache_of(std::size_t b) const {
    return {.capacity = capacity, .cache_len = past(b), .new_len = end(b) - past(b)};
  }
  [[nodiscard]] std::size_t slot_of(std::size_t b, std::int64_t at) const {
    return static_cast<std::size_t>(cache_of(b).slot_of(at));  //                  [decoder.ring]
  }
  /// The place of the token that slot holds; -1: none.
  [[nodiscard]] std::int64_t place_in(std::size_t b, std::size_t slot) const {
    const auto at = static_cast<std::int64_t>(slot);
    return capacity >= 0 ? cache_of(b).position_in(at) : at;
  }

  /// 1 where a query may look at a slot: batch 1 seq_len slots.
  [[nodiscard]] Tensor<std::uint8_t> keep() const {
    Tensor<std::uint8_t> mask({static_cast<std::int64_t>(batch), 1,
                               static_cast<std::int64_t>(seq_len),
                               static_cast<std::int64_t>(slots())});
    auto seen = mask.view<4>();
    for (std::size_t b = 0; b < batch; ++b) {
      for (std::size_t i = 0; i < seq_len; ++i) {
        for (std::size_t slot = 0; slot < slots(); ++slot) {
          const std::int64_t key =
              place_in(b, slot);  // what else a slot holds  [decoder.cache-garbage]
          seen(b, 0, i, slot) = key >= 0 && visible(b, i, key) ? 1 : 0;
        }
      }
    }
    return mask;
  }
};

/// Throws CallError where the counts of a call contradict each other or the cache is too small.
inline void check_sequence(std::string_view op, const Sequence& s) {
  const auto fail = [op](const std::string& what) {
    throw CallError(std::string(op) + ": " + what);
  };
  const auto seq_len = static_cast<std::int64_t>(s.seq_len);
  if (s.window == 0 || s.window < -1) {
    fail("window is " + std::to_string(s.window) + "; it is -1 for none or at least 1");
  }
  for (std::size_t b = 0; b < s.batch; ++b) {
    if (s.lengths.present() && (s.lengths(b) < 0 || s.lengths(b) > seq_len)) {
      fail("lengths: " + std::to_string(s.lengths(b)) +
           " is outside 0 ... seq_len = " + std::to_string(seq_len));
    }
    if (s.past(b) < 0) fail("cache_len: " + std::to_string(s.past(b)) + " is negative");
    if (s.first(b) < 0) fail("left_padding: " + std::to_string(s.first(b)) + " is negative");
    if (s.capacity >= 0 && !s.ring && s.end(b) > s.capacity) {  //         [decoder.cache-capacity]
      fail("the cache holds " + std::to_string(s.capacity) + " tokens and would need " +
           std::to_string(s.end(b)));
    }
  }
  if (!s.ring) return;
  if (s.window < 0 ||
      s.capacity < s.window + seq_len - 1) {  //              [decoder.ring-capacity]
    fail("a ring cache of " + std::to_string(s.capacity) +
         " slots is too small: it needs window + seq_len - 1, and a window");
  }
}

}  // namespace assay::reference
