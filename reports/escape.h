// SPDX-License-Identifier: Apache-2.0
// Foreign text made safe for each place where a report puts it. Names, reasons and diagnoses come
// from plug-ins and from other people's result files; nothing of them may act as markup.
#pragma once

#include <string>
#include <string_view>

namespace assay::reports {

/// Valid UTF-8: bytes that are not, and control characters other than line feed and tab, become
/// U+FFFD. A carriage return before a line feed goes away.
std::string cleaned(std::string_view text);

/// One line for a terminal: cleaned, with line feeds and tabs as spaces, so that no escape sequence
/// gets through.
std::string one_line(std::string_view text);

/// For text and attribute values of HTML and XML alike.
std::string markup_escaped(std::string_view text);

/// As a code span in one line of Markdown, safe inside a table cell as well.
std::string markdown_code(std::string_view text);
/// Cleaned text between fences that nothing in it can close; ends with a line feed.
std::string markdown_block(std::string_view text);

/// A field of a CSV line: quoted where needed, and never a formula for a spreadsheet.
std::string csv_field(std::string_view text);

/// JSON that may stand inside an HTML script element: no '<', '>' or '&', no U+2028 or U+2029.
std::string script_safe(std::string_view json);

/// A word for a fragment of a URL: letters, digits, '-', '_', '.'; everything else becomes "~hh",
/// so that different texts stay different.
std::string fragment(std::string_view text);

}  // namespace assay::reports
