// SPDX-License-Identifier: Apache-2.0
// Which keys a query of attention may look at. Every mask answers by selection: a key that one of
// them excludes is not there, whatever its numbers are. Clauses: attention.md.
#pragma once

#include <string>

#include "reference/call.h"
#include "reference/softmax.h"

namespace assay::reference {

enum class Causal { none, bottom_right, top_left };

inline Causal causal_of(std::string_view name) {
  if (name == "bottom_right") return Causal::bottom_right;
  return name == "top_left" ? Causal::top_left : Causal::none;
}

/// Documents packed into one sequence one after the other. Document n has the places offsets(n) ...
/// offsets(n + 1) - 1; it may be empty.
using Offsets = View<const std::int64_t, 1>;

inline std::size_t document_of(const Offsets& offsets, std::int64_t place) {
  std::size_t document = 0;
  while (offsets(document + 1) <= place) ++document;  //           [attention.empty-document]
  return document;
}

/// The masks of one call. Keys are counted from the first past key to the last new one.
template <class Number>
struct Visibility {
  Causal causal = Causal::none;
  std::int64_t window = -1;  // -1: none
  std::int64_t seq_len = 0, past_len = 0, total_len = 0;
  View<const std::int64_t, 1> key_lengths;  // batch, or absent
  View<const std::uint8_t, 4> keep;         // batch n_heads seq_len total_len, or absent
  View<const Number, 4> mask;               // the same
  // batch, or absent
  View<const std::int64_t, 1> prefix_lengths = View<const std::int64_t, 1>::absent();
  // One more than there are documents, or both absent.
  Offsets query_offsets = Offsets::absent(), key_offsets = Offsets::absent();

  /// How many keys of this batch entry are real; the others are padding.
  [[nodiscard]] std::int64_t valid_keys(std::size_t b) const {
    return key_lengths.present() ? key_lengths(b) : total_len;  //         [attention.key-lengths]
  }

  /// Where query i stands among the keys.
  [[nodiscard]] std::int64_t query_position(std::size_t b, std::size_t i) const {
    const auto query = static_cast<std::int64_t>(i);
    if (query_offsets.present()) {  // the same within a document    [attention.documents-causal]
      const std::size_t n = document_of(query_offsets, query);
      if (causal == Causal::top_left) return key_offsets(n) + (query - query_offsets(n));
      return key_offsets(n + 1) - (query_offsets(n + 1) - query);
    }
    if (causal == Causal::top_left) return query + past_len;  //       [attention.causal-top-left]
    return query + valid_keys(b) - seq_len;  //                    [attention.causal-bottom-right]
  }

  /// Whether query and key belong to the same document, if there are several.
  [[nodiscard]] bool share_a_document(std::int64_t query, std::int64_t key) const {
    if (!query_offsets.present()) return true;
    return document_of(query_offsets, query) == document_of(key_offsets, key);
  }

  /// Whether query i of head h may look at key j.
  [[nodiscard]] bool operator()(std::size_t b, std::size_t h, std::size_t i, std::size_t j) const {
    const auto key = static_cast<std::int64_t>(j);
    if (key >= valid_keys(b)) return false;  //                            [attention.key-lengths]
    if (keep.present() && keep(b, h, i, j) == 0) return false;  //           [attention.keep-mask]
    const bool taken_out = mask.present() && is_minus_infinity(mask(b, h, i, j));
    if (taken_out) return false;  //                                     [attention.additive-mask]
    if (!share_a_document(static_cast<std::int64_t>(i), key))
      return false;  // [attention.documents]
    const bool in_prefix = prefix_lengths.present() && key < prefix_lengths(b);
    if (in_prefix) return true;  //                                             [attention.prefix]
    const std::int64_t distance = query_position(b, i) - key;  // > 0: the key comes before
    const bool later = causal != Causal::none && distance < 0;
    if (later) return false;  //                                                [attention.causal]
    if (window < 0) return true;
    if (causal != Causal::none) return distance < window;  //                   [attention.window]
    return distance < window && -distance < window;  //               [attention.two-sided-window]
  }
};

}  // namespace assay::reference
