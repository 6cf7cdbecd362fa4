// SPDX-License-Identifier: Apache-2.0
// What somebody probably meant: the nearest of the known names.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace assay::suites {

/// The fewest insertions, deletions, substitutions and swaps of neighbours that turn one word into
/// the other.
std::size_t edit_distance(std::string_view a, std::string_view b);

/// The known name with the least distance, the first of equals; empty if none is near (more than a
/// third of the letters differ).
std::string nearest(std::string_view word, std::span<const std::string> known);

/// "no op is called atention; did you mean attention?" or, where nothing is near, "...; see: assay
/// list ops".
std::string unknown_name(std::string_view kind, std::string_view word,
                         std::span<const std::string> known, std::string_view where_listed);

}  // namespace assay::suites
