// SPDX-License-Identifier: Apache-2.0
#include "reference/axis.h"

#include <algorithm>
#include <charconv>

namespace assay {

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(separator), text.size());
    if (end > 0) parts.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

std::vector<std::string_view> axes_of(std::string_view shape) { return split(shape, ' '); }

Axis parse_axis(std::string_view text) {
  Axis axis;
  axis.repeatable = text.ends_with("/1");
  if (axis.repeatable) text.remove_suffix(2);
  for (const std::string_view term : split(text, '+')) {
    Product& product = axis.terms.emplace_back();
    for (const std::string_view part : split(term, '*')) {
      std::int64_t number = 0;
      const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), number);
      if (error == std::errc{} && end == part.data() + part.size()) {
        product.factor *= number;
      } else {
        product.words.push_back(part);
      }
    }
  }
  return axis;
}

std::int64_t Axis::extent(const Words& words) const {
  std::int64_t extent = 0;
  for (const Product& term : terms) {
    std::int64_t product = term.factor;
    for (const std::string_view word : term.words) {
      const auto bound = words.find(word);
      product *= bound == words.end() ? 0 : bound->second;
    }
    extent += product;
  }
  return extent;
}

bool has_word(const OpSchema& op, std::string_view word) {
  for (const auto specs : {op.inputs, op.outputs}) {
    for (const TensorSpec& spec : specs) {
      for (const std::string_view text : axes_of(spec.shape)) {
        for (const Product& term : parse_axis(text).terms) {
          if (std::ranges::find(term.words, word) != term.words.end()) return true;
        }
      }
    }
  }
  return false;
}

}  // namespace assay
