// SPDX-License-Identifier: Apache-2.0
// One axis of a shape written in words, such as "past_len+kv_len/1" or "2*d_ff".
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "reference/tensor_spec.h"

namespace assay {

using Words = std::map<std::string, std::int64_t, std::less<>>;

/// A few items in place. Shapes are read anew in every call, and the memory for a list costs more
/// than to read what goes into it.
template <class Item, std::size_t most>
class ShortList {
 public:
  /// Throws std::length_error where there is no more room.
  constexpr Item& push_back(const Item& item) {
    if (size_ == most) throw std::length_error("a shape has more parts than any op's");
    return items_[size_++] = item;
  }
  [[nodiscard]] constexpr std::size_t size() const { return size_; }
  [[nodiscard]] constexpr const Item& operator[](std::size_t i) const { return items_[i]; }
  [[nodiscard]] constexpr const Item& front() const { return items_[0]; }
  [[nodiscard]] constexpr const Item& back() const { return items_[size_ - 1]; }
  [[nodiscard]] constexpr const Item* begin() const { return items_.data(); }
  [[nodiscard]] constexpr const Item* end() const { return items_.data() + size_; }

 private:
  std::array<Item, most> items_{};
  std::size_t size_ = 0;
};

/// factor * word * word ...
struct Product {
  std::int64_t factor = 1;
  ShortList<std::string_view, 3> words;
};

struct Axis {
  ShortList<Product, 3> terms;  // their sum is the extent
  bool repeatable = false;      // an extent of 1 is also allowed

  /// Whether the extent of this axis alone settles a word: "word" and "2*word" do.
  [[nodiscard]] bool settles_a_word() const {
    return !repeatable && terms.size() == 1 && terms[0].words.size() == 1;
  }
  /// The extent; a term with a word that is not bound counts 0.
  [[nodiscard]] std::int64_t extent(const Words& words) const;
};

Axis parse_axis(std::string_view text);

/// The axes of a TensorSpec's shape, outermost first.
ShortList<std::string_view, 6> axes_of(std::string_view shape);

/// Gives `body` the parts of `text` between the separators, without empty ones.
template <class Body>
void for_parts(std::string_view text, char separator, const Body& body) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(separator), text.size());
    if (end > 0) body(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

/// Those parts as a list.
std::vector<std::string_view> split(std::string_view text, char separator);

/// Gives `body` every word in the shape of a tensor, as often as it stands there.
template <class Body>
void for_words(std::string_view shape, const Body& body) {
  for (const std::string_view axis : axes_of(shape)) {
    for (const Product& term : parse_axis(axis).terms) {
      for (const std::string_view word : term.words) body(word);
    }
  }
}

}  // namespace assay
