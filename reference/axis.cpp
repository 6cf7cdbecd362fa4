// SPDX-License-Identifier: Apache-2.0
#include "reference/axis.h"

#include <charconv>

namespace assay {

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for_parts(text, separator, [&](std::string_view part) { parts.push_back(part); });
  return parts;
}

ShortList<std::string_view, 6> axes_of(std::string_view shape) {
  ShortList<std::string_view, 6> axes;
  for_parts(shape, ' ', [&](std::string_view axis) { axes.push_back(axis); });
  return axes;
}

Axis parse_axis(std::string_view text) {
  Axis axis;
  axis.repeatable = text.ends_with("/1");
  if (axis.repeatable) text.remove_suffix(2);
  for_parts(text, '+', [&](std::string_view term) {
    Product product;
    for_parts(term, '*', [&](std::string_view part) {
      std::int64_t number = 0;
      const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), number);
      if (error == std::errc{} && end == part.data() + part.size()) {
        product.factor *= number;
      } else {
        product.words.push_back(part);
      }
    });
    axis.terms.push_back(product);
  });
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

}  // namespace assay
