// SPDX-License-Identifier: Apache-2.0
// Attention with a cache: the keys and values of new tokens are put into the caller's cache, and
// the new queries read from all that the cache then holds. The rows are those of attention.h; here
// stands which slot holds which token. Clauses: cached_attention.md.
#pragma once

#include "reference/attention.h"

namespace assay::reference {

/// One entry of the batch: which tokens it has, and in which slots of its cache they lie.
struct CacheEntry {
  std::int64_t capacity = 0;
  std::int64_t cache_len = 0;     // tokens before this call
  std::int64_t new_len = 0;       // tokens that this call adds
  std::int64_t left_padding = 0;  // that many tokens at the beginning are padding
  std::int64_t window = -1;       // -1: none

  /// A full ring begins again at slot 0; a linear cache never gets that far.
  [[nodiscard]] std::int64_t slot_of(std::int64_t position) const {
    return position %
           capacity;  //                  [cached_attention.append] [cached_attention.ring]
  }

  /// The position of the token that a slot holds once the new ones are in; -1: none.
  [[nodiscard]] std::int64_t position_in(std::int64_t slot) const {
    const std::int64_t last = cache_len + new_len - 1;
    if (slot > last) return -1;  //                                [cached_attention.unused-slots]
    return last - (last - slot) % capacity;  // the last one that was put there
  }

  /// Whether the new query i may look at what a slot holds.
  [[nodiscard]] bool sees(std::int64_t i, std::int64_t slot) const {
    if (i >= new_len) return false;  //                             [cached_attention.new-lengths]
    const std::int64_t position = position_in(slot);
    if (position < left_padding) return false;  //                 [cached_attention.left-padding]
    const std::int64_t distance = cache_len + i - position;  // the query stands at cache_len + i
    if (distance < 0) return false;          //                    [cached_attention.causal]
    return window < 0 || distance < window;  //                    [cached_attention.window]
  }
};

/// Throws CallError where the tokens of an entry find no place.
inline void check_entry(const CacheEntry& entry, std::int64_t seq_len, bool ring) {
  const auto fail = [](const std::string& what) { throw CallError("cached_attention: " + what); };
  if (entry.cache_len < 0) fail("cache_len is " + std::to_string(entry.cache_len));
  if (entry.left_padding < 0) fail("left_padding is " + std::to_string(entry.left_padding));
  if (entry.new_len < 0 || entry.new_len > seq_len) {
    fail("new_lengths: " + std::to_string(entry.new_len) + " is outside 0 ... " +
         std::to_string(seq_len));
  }
  if (ring) {
    // The first new query must still find its window when the last new token is in.
    const bool holds_all = entry.window >= 1 && entry.window <= entry.capacity - seq_len + 1;
    if (!holds_all) {  //                                         [cached_attention.ring-capacity]
      fail("a ring of " + std::to_string(entry.capacity) + " slots is too small for window = " +
           std::to_string(entry.window) + " and " + std::to_string(seq_len) +
           " new tokens; it needs a window and window + seq_len - 1 slots");
    }
  } else if (entry.cache_len > entry.capacity - entry.new_len) {
    fail("cache_len = " + std::to_string(entry.cache_len) + " and " +
         std::to_string(entry.new_len) + " new tokens exceed the capacity of " +
         std::to_string(entry.capacity));  //                          [cached_attention.capacity]
  }
}

/// The entries of a call, checked.
template <class Number>
std::vector<CacheEntry> cache_entries(const Call<Number>& call) {
  const auto q = call.template in<Number, 4>("q");
  const auto cache_k = call.template in<Number, 4>("cache_k");
  const auto cache_len = call.template in<std::int64_t, 1>("cache_len");
  const auto new_lengths = call.template in<std::int64_t, 1>("new_lengths");
  const auto left_padding = call.template in<std::int64_t, 1>("left_padding");
  const auto seq_len = static_cast<std::int64_t>(q.size(2));
  std::vector<CacheEntry> entries(q.size(0));
  for (std::size_t b = 0; b < entries.size(); ++b) {
    entries[b].capacity = static_cast<std::int64_t>(cache_k.size(2));
    entries[b].cache_len = cache_len(b);
    entries[b].new_len = new_lengths.present() ? new_lengths(b) : seq_len;
    entries[b].left_padding = left_padding.present() ? left_padding(b) : 0;
    entries[b].window = call.i64("window");
    check_entry(entries[b], seq_len, call.string("cache") == "ring");
  }
  return entries;
}

/// The cache with the new tokens in their slots; every other slot stays as it is. before and after
/// may be the same memory.
template <class Number>
void append(const std::vector<CacheEntry>& entries, View<const Number, 4> fresh,
            View<const Number, 4> before, View<Number, 4> after) {
  for (std::size_t b = 0; b < before.size(0); ++b) {
    for (std::size_t kv = 0; kv < before.size(1); ++kv) {
      for (std::size_t slot = 0; slot < before.size(2); ++slot) {
        for (std::size_t d = 0; d < before.size(3); ++d) {
          after(b, kv, slot, d) = before(b, kv, slot, d);  //     [cached_attention.other-slots]
        }
      }
      for (std::int64_t i = 0; i < entries[b].new_len; ++i) {
        const std::int64_t slot = entries[b].slot_of(entries[b].cache_len + i);
        for (std::size_t d = 0; d < before.size(3); ++d) {
          after(b, kv, slot, d) = fresh(b, kv, i, d);  //               [cached_attention.append]
        }
      }
    }
  }
}

template <class Number>
void cached_attention(const Call<Number>& call) {
  AttentionOperands<Number> a;  // the slots of the cache are the keys    [cached_attention.rows]
  a.q = call.template in<Number, 4>("q");
  a.k = call.template in<Number, 4>("cache_k");
  a.past_k = a.past_v = View<const Number, 4>::absent();
  a.scale = attention_scale(call, a.q.size(3));
  a.softcap = call.f64("softcap");
  a.operands = call.operands;
  check_heads(call, a);
  const std::vector<CacheEntry> entries = cache_entries(call);

  const auto cache_k = call.template out<Number, 4>("cache_k");
  const auto cache_v = call.template out<Number, 4>("cache_v");
  append<Number>(entries, call.template in<Number, 4>("k"), a.k, cache_k);
  append<Number>(entries, call.template in<Number, 4>("v"), call.template in<Number, 4>("cache_v"),
                 cache_v);
  a.k = cache_k;
  a.v = cache_v;

  const std::size_t batch = a.q.size(0), seq_len = a.q.size(2), capacity = a.k.size(2);
  std::vector<std::uint8_t> sees;
  for (std::size_t b = 0; b < batch; ++b) {
    for (std::size_t i = 0; i < seq_len; ++i) {
      for (std::size_t slot = 0; slot < capacity; ++slot) {
        sees.push_back(
            entries[b].sees(static_cast<std::int64_t>(i), static_cast<std::int64_t>(slot)));
      }
    }
  }
  a.visible.total_len = static_cast<std::int64_t>(capacity);
  a.visible.key_lengths = View<const std::int64_t, 1>::absent();
  a.visible.mask = View<const Number, 4>::absent();
  a.visible.keep = View<const std::uint8_t, 4>(sees.data(), {batch, 1, seq_len, capacity})
                       .broadcast_to({batch, a.q.size(1), seq_len, capacity});
  attend(a, "none", call.template out<Number, 4>("out"), View<Number, 4>::absent(),
         View<Number, 3>::absent());
}

}  // namespace assay::reference
