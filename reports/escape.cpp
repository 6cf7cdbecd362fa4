// SPDX-License-Identifier: Apache-2.0
// The escapes, each a single pass over the text.
#include "reports/escape.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

namespace assay::reports {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";  // U+FFFD

/// The length of the well-formed UTF-8 sequence at `at` (Unicode 15, table 3-7), or 0.
std::size_t sequence_length(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) -> std::uint8_t {
    return at + i < text.size() ? static_cast<std::uint8_t>(text[at + i]) : std::uint8_t{0};
  };
  const std::uint8_t lead = byte(0);
  if (lead < 0x80) return 1;
  const std::size_t length = lead >= 0xC2 && lead <= 0xDF   ? 2
                             : lead >= 0xE0 && lead <= 0xEF ? 3
                             : lead >= 0xF0 && lead <= 0xF4 ? 4
                                                            : 0;
  for (std::size_t i = 1; i < length; ++i)
    if ((byte(i) & 0xC0) != 0x80) return 0;
  if (lead == 0xE0 && byte(1) < 0xA0) return 0;  // overlong
  if (lead == 0xED && byte(1) > 0x9F) return 0;  // surrogate
  if (lead == 0xF0 && byte(1) < 0x90) return 0;  // overlong
  if (lead == 0xF4 && byte(1) > 0x8F) return 0;  // beyond U+10FFFF
  return length;
}

bool is_control(std::string_view text, std::size_t at, std::size_t length) {
  const auto lead = static_cast<std::uint8_t>(text[at]);
  if (length == 1) return (lead < 0x20 && lead != '\n' && lead != '\t') || lead == 0x7F;
  if (length == 2 && lead == 0xC2) return static_cast<std::uint8_t>(text[at + 1]) < 0xA0;
  if (length != 3) return false;
  const std::string_view point = text.substr(at, 3);
  // Marks that turn the direction of writing hide what a text says; U+FFFE and U+FFFF are not XML.
  return (point >= "\xE2\x80\xAA" && point <= "\xE2\x80\xAE") ||
         (point >= "\xE2\x81\xA6" && point <= "\xE2\x81\xA9") || point == "\xEF\xBF\xBE" ||
         point == "\xEF\xBF\xBF";
}

}  // namespace

std::string cleaned(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = sequence_length(text, at);
    if (text[at] == '\r' && at + 1 < text.size() && text[at + 1] == '\n') {
      at += 1;
    } else if (length == 0 || is_control(text, at, length)) {
      out += replacement;
      at += std::max<std::size_t>(length, 1);
    } else {
      out += text.substr(at, length);
      at += length;
    }
  }
  return out;
}

std::string one_line(std::string_view text) {
  std::string out = cleaned(text);
  std::replace_if(
      out.begin(), out.end(), [](char c) { return c == '\n' || c == '\t'; }, ' ');
  return out;
}

std::string markup_escaped(std::string_view text) {
  std::string out;
  for (const char c : cleaned(text)) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

namespace {

std::size_t longest_run(std::string_view text, char wanted) {
  std::size_t longest = 0, run = 0;
  for (const char c : text) {
    run = c == wanted ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  return longest;
}

}  // namespace

std::string markdown_code(std::string_view text) {
  std::string line = one_line(text);
  if (line.empty()) return "";
  std::string bars;
  for (const char c : line) {
    if (c == '|') bars += '\\';
    bars += c;
  }
  const std::string fence(longest_run(bars, '`') + 1, '`');
  const bool padded = bars.front() == '`' || bars.back() == '`' || bars.front() == ' ';
  return fence + (padded ? " " : "") + bars + (padded ? " " : "") + fence;
}

std::string markdown_block(std::string_view text) {
  std::string block = cleaned(text);
  while (!block.empty() && block.back() == '\n') block.pop_back();
  const std::string fence(std::max<std::size_t>(3, longest_run(block, '`') + 1), '`');
  return fence + "text\n" + block + "\n" + fence + "\n";
}

std::string csv_field(std::string_view text) {
  std::string field = one_line(text);
  constexpr std::string_view formula_starts = "=+-@";
  if (!field.empty() && formula_starts.find(field.front()) != std::string_view::npos)
    field.insert(field.begin(), '\'');
  if (field.find_first_of(",\"'") == std::string::npos) return field;
  std::string out = "\"";
  for (const char c : field) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + '"';
}

std::string script_safe(std::string_view json) {
  std::string out;
  out.reserve(json.size());
  for (std::size_t at = 0; at < json.size(); ++at) {
    const char c = json[at];
    if (c == '<' || c == '>' || c == '&') {
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    } else if (json.substr(at, 3) == "\xE2\x80\xA8" || json.substr(at, 3) == "\xE2\x80\xA9") {
      out += json[at + 2] == '\xA8' ? "\\u2028" : "\\u2029";
      at += 2;
    } else {
      out += c;
    }
  }
  return out;
}

std::string fragment(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '_' || c == '.';
    if (plain)
      out += c;
    else
      out += fmt::format("~{:02x}", static_cast<unsigned>(static_cast<std::uint8_t>(c)));
  }
  return out;
}

}  // namespace assay::reports
