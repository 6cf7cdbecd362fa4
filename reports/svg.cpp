// SPDX-License-Identifier: Apache-2.0
#include "reports/svg.h"

#include <fmt/format.h>

#include <iterator>

#include "reports/escape.h"

namespace assay::reports::svg {

std::string text(double x, double y, const std::string& anchor, const std::string& words,
                 const std::string& colour) {
  return fmt::format(
      "<text x=\"{:.0f}\" y=\"{:.0f}\" text-anchor=\"{}\" font-family=\"sans-serif\" "
      "font-size=\"12\" fill=\"{}\">{}</text>\n",
      x, y, anchor, colour, markup_escaped(words));
}

std::string rule(double x1, double y1, double x2, double y2) {
  return fmt::format(
      "<line x1=\"{:.0f}\" y1=\"{:.0f}\" x2=\"{:.0f}\" y2=\"{:.0f}\" stroke=\"#999\" "
      "stroke-opacity=\"0.5\"/>\n",
      x1, y1, x2, y2);
}

std::string line(double x1, double y1, double x2, double y2, const std::string& colour) {
  return fmt::format(
      "<line x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\" stroke=\"{}\" "
      "stroke-width=\"1.5\"/>\n",
      x1, y1, x2, y2, colour);
}

std::string dot(double x, double y, double radius, const std::string& colour) {
  return fmt::format("<circle cx=\"{:.0f}\" cy=\"{:.0f}\" r=\"{}\" fill=\"{}\"/>\n", x, y, radius,
                     colour);
}

std::string colour(std::size_t n) {
  constexpr const char* colours[] = {"#4477aa", "#ee6677", "#228833", "#c79a00",
                                     "#66ccee", "#aa3377", "#999999"};
  return colours[n % std::size(colours)];
}

std::string document(double width, double height, const std::string& label,
                     const std::string& body) {
  return fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0:.0f} {1:.0f}\" "
      "width=\"{0:.0f}\" height=\"{1:.0f}\" role=\"img\" aria-label=\"{2}\">\n{3}</svg>\n",
      width, height, markup_escaped(label), body);
}

std::string lowered(double by, const std::string& body) {
  return fmt::format("<g transform=\"translate(0 {:.0f})\">\n{}</g>\n", by, body);
}

}  // namespace assay::reports::svg
