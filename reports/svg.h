// SPDX-License-Identifier: Apache-2.0
// The few elements that our pictures are made of: SVG without script or style, in greys that can be
// read on white and on black, for files that a page of documentation shows.
#pragma once

#include <cstddef>
#include <string>

namespace assay::reports::svg {

/// "start", "middle" or "end" of the words stands at x. The words are escaped.
std::string text(double x, double y, const std::string& anchor, const std::string& words,
                 const std::string& colour = "#777");

/// A thin grey line, for axes and grids.
std::string rule(double x1, double y1, double x2, double y2);
std::string line(double x1, double y1, double x2, double y2, const std::string& colour);
std::string dot(double x, double y, double radius, const std::string& colour);

/// The n-th of the colours that tell series apart (P. Tol's bright scheme); they repeat.
std::string colour(std::size_t n);

/// The whole picture; `label` is read out to whoever cannot see it.
std::string document(double width, double height, const std::string& label,
                     const std::string& body);

/// `body` moved down.
std::string lowered(double by, const std::string& body);

}  // namespace assay::reports::svg
