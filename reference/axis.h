// SPDX-License-Identifier: Apache-2.0
// One axis of a shape written in words, such as "past_len+kv_len/1" or "2*d_ff".
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "reference/tensor_spec.h"

namespace assay {

using Words = std::map<std::string, std::int64_t, std::less<>>;

/// factor * word * word ...
struct Product {
  std::int64_t factor = 1;
  std::vector<std::string_view> words;
};

struct Axis {
  std::vector<Product> terms;  // their sum is the extent
  bool repeatable = false;     // an extent of 1 is also allowed

  /// Whether the extent of this axis alone settles a word: "word" and "2*word" do.
  [[nodiscard]] bool settles_a_word() const {
    return !repeatable && terms.size() == 1 && terms[0].words.size() == 1;
  }
  /// The extent; a term with a word that is not bound counts 0.
  [[nodiscard]] std::int64_t extent(const Words& words) const;
};

Axis parse_axis(std::string_view text);

/// The axes of a TensorSpec's shape, outermost first.
std::vector<std::string_view> axes_of(std::string_view shape);

/// The parts of `text` between the separators, without empty ones.
std::vector<std::string_view> split(std::string_view text, char separator);

/// Whether some tensor of the op has this word in its shape.
bool has_word(const OpSchema& op, std::string_view word);

}  // namespace assay
