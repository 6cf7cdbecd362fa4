// SPDX-License-Identifier: Apache-2.0
#include "variants/kernels/sequence.h"

namespace assay::variants {
namespace {

[[noreturn]] void refuse(std::string_view op, const std::string& what) {
  throw CallError(std::string(op) + ": " + what);
}

/// Whether causality, window and lengths, as attention knows them, say everything. Attention counts
/// the place of a query from the end of the keys, or, top-left, from their beginning; new tokens
/// that are followed by padding have their place only in the latter, which a cache has not.
bool attributes_suffice(const Sequence& s) {
  if (s.ring || s.left_padding != nullptr || s.prefix_lengths != nullptr) return false;
  if (s.lengths == nullptr) return s.causal || !s.cached;
  return !s.cached && (s.causal || s.window < 0);
}

/// Marks the slots of the places first ... last - 1, as far as the entry has them.
void mark(const Sequence& s, std::size_t b, std::int64_t first, std::int64_t last,
          std::uint8_t* slots) {
  first = std::max({first, s.first(b), s.oldest(b)});
  last = std::min(last, s.end(b));
  for (std::int64_t place = first; place < last; ++place) slots[s.slot_of(place)] = 1;
}

Tensor<std::uint8_t> keep_of(const Sequence& s) {
  Tensor<std::uint8_t> keep({static_cast<std::int64_t>(s.batch), 1, s.seq_len, s.slots()});
  std::fill_n(keep.values.get(), keep.count(), std::uint8_t{0});
  std::uint8_t* row = keep.values.get();
  for (std::size_t b = 0; b < s.batch; ++b) {
    // No window reaches farther than all tokens, and huge ones must not overflow.
    const std::int64_t all = s.past(b) + s.seq_len;
    const std::int64_t reach = s.window < 0 ? all : std::min(s.window, all);
    for (std::int64_t i = 0; i < s.seq_len; ++i, row += s.slots()) {
      const std::int64_t place = s.past(b) + i;
      mark(s, b, place - reach + 1, s.causal ? place + 1 : place + reach, row);
      if (s.prefix_lengths != nullptr) mark(s, b, 0, s.prefix_lengths[b], row);
    }
  }
  return keep;
}

}  // namespace

void check(std::string_view op, const Sequence& s) {
  if (s.window == 0 || s.window < -1) {
    refuse(op, "window is " + std::to_string(s.window) + "; it is -1 for none or at least 1");
  }
  for (std::size_t b = 0; b < s.batch; ++b) {
    if (s.lengths != nullptr && (s.lengths[b] < 0 || s.lengths[b] > s.seq_len)) {
      refuse(op, "lengths: " + std::to_string(s.lengths[b]) +
                     " is outside 0 ... seq_len = " + std::to_string(s.seq_len));
    }
    if (s.past(b) < 0) refuse(op, "cache_len: " + std::to_string(s.past(b)) + " is negative");
    if (s.first(b) < 0) refuse(op, "left_padding: " + std::to_string(s.first(b)) + " is negative");
    if (s.cached && !s.ring && s.past(b) > s.capacity - (s.end(b) - s.past(b))) {
      refuse(op, "a cache of " + std::to_string(s.capacity) + " slots is too small for " +
                     std::to_string(s.end(b)) + " tokens");
    }
  }
  if (s.ring && (s.window < 0 || s.window > s.capacity - s.seq_len + 1)) {
    refuse(op, "a ring cache of " + std::to_string(s.capacity) +
                   " slots is too small: it needs window + seq_len - 1, and a window");
  }
}

Sight sight_of(const Sequence& s) {
  Sight sight;
  const bool by_attributes = attributes_suffice(s);
  if (by_attributes) {
    if (s.causal) sight.causal = s.cached ? "bottom_right" : "top_left";
    sight.window = s.window;
  } else {
    sight.keep = keep_of(s);
  }
  if (s.cached || s.lengths != nullptr) {
    sight.key_lengths = Tensor<std::int64_t>({static_cast<std::int64_t>(s.batch)});
    for (std::size_t b = 0; b < s.batch; ++b) {
      sight.key_lengths.values[b] = std::min(s.end(b), s.slots());
    }
  }
  return sight;
}

Tensor<std::int64_t> places_of_slots(const Sequence& s, std::size_t b) {
  if (!s.cached) return places_of_tokens(s, b);
  Tensor<std::int64_t> places({s.slots()});
  std::fill_n(places.values.get(), places.count(), 0);
  for (std::int64_t place = s.oldest(b); place < s.end(b); ++place) {
    places.values[static_cast<std::size_t>(s.slot_of(place))] = place;
  }
  return places;
}

Tensor<std::int64_t> places_of_tokens(const Sequence& s, std::size_t b) {
  Tensor<std::int64_t> places({s.seq_len});
  for (std::int64_t i = 0; i < s.seq_len; ++i) {
    places.values[static_cast<std::size_t>(i)] = s.past(b) + i;
  }
  return places;
}

}  // namespace assay::variants
