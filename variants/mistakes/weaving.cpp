// SPDX-License-Identifier: Apache-2.0
#include "variants/mistakes/weaving.h"

#include <algorithm>
#include <cctype>
#include <optional>
#include <set>
#include <sstream>

namespace assay::weaving {
namespace {

bool is_space(char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; }

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

std::string trimmed(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return std::string(text);
}

[[noreturn]] void fail(const std::string& where, const std::string& what) {
  throw WeaveError(where + ": " + what);
}

bool is_kebab(std::string_view name) {
  if (name.empty() || name.front() == '-' || name.back() == '-') return false;
  return std::ranges::all_of(
      name, [](char c) { return c == '-' || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); });
}

void check(const Entry& entry) {
  if (!is_kebab(entry.name)) fail(entry.from, "'" + entry.name + "' is no name in kebab-case");
  const std::string where = entry.from + ": " + entry.name;
  for (const char* fact : {"clause", "does", "sees", "source"}) {
    if (!entry.facts.contains(fact)) fail(where, std::string("lacks the line '") + fact + ": '");
  }
  if (entry.changes.empty()) fail(where, "changes nothing; it needs a line '- ' and a line '+ '");
  for (const Change& each : entry.changes) {
    if (each.before.empty() || each.after.empty()) {
      fail(where, "'- " + each.before + "' and '+ " + each.after + "' come in pairs");
    }
  }
}

struct Piece {
  std::size_t begin, end;
};

/// A text with the piece that is meant between [[ and ]], or all of it.
struct Pattern {
  std::string text;
  std::size_t begin, end;  // of the piece in it
};

Pattern pattern_of(const std::string& before) {
  const std::size_t open = before.find("[["), close = before.rfind("]]");
  if (open == std::string::npos || close == std::string::npos) return {before, 0, before.size()};
  const std::string piece = before.substr(open + 2, close - open - 2);
  return {before.substr(0, open) + piece + before.substr(close + 2), open, open + piece.size()};
}

bool is_statement(std::string_view text) {
  if (text.back() == ';') return true;
  return text.back() == '}' &&
         (text.starts_with("if (") || text.starts_with("for (") || text.starts_with("{"));
}

/// The piece, if the pattern stands at `at`. White space and, behind the first character, comments
/// of the text are passed over.
std::optional<Piece> piece_at(std::string_view text, std::size_t at, const Pattern& pattern) {
  const std::string& before = pattern.text;
  if (at > 0 && is_word(before.front()) && is_word(text[at - 1])) return std::nullopt;
  bool begun = false;
  Piece piece{at, at};
  for (std::size_t n = 0; n < before.size(); ++n) {
    const char wanted = before[n];
    if (is_space(wanted)) continue;
    while (begun && at < text.size()) {
      if (is_space(text[at])) {
        ++at;
      } else if (text.substr(at, 2) == "//" && wanted != '/') {
        at = std::min(text.find('\n', at), text.size());
      } else {
        break;
      }
    }
    if (at >= text.size() || text[at] != wanted) return std::nullopt;
    if (n <= pattern.begin) piece.begin = at;
    ++at;
    if (n < pattern.end) piece.end = at;
    begun = true;
  }
  if (at < text.size() && is_word(before.back()) && is_word(text[at])) return std::nullopt;
  return piece;
}

/// A piece of the text and everything that may stand there instead.
struct Site {
  std::size_t begin, end;
  bool statement;
  std::vector<std::pair<std::string, std::string>> instead;  // identifier, text
};

Site find_site(std::string_view file, std::string_view text, const Entry& entry,
               const Change& change) {
  const std::string where = entry.from + ": " + entry.name;
  const Pattern pattern = pattern_of(change.before);
  std::vector<Piece> found;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (const auto piece = piece_at(text, at, pattern)) found.push_back(*piece);
  }
  if (found.size() != 1) {
    fail(where,
         "'" + change.before + "' stands " + std::to_string(found.size()) + " times in " +
             std::string(file) +
             (found.empty() ? "; follow the text as it stands there"
                            : "; take more of the text around it and put the piece into [[ ]]"));
  }
  const bool statement =
      is_statement(pattern.text.substr(pattern.begin, pattern.end - pattern.begin));
  if (statement != is_statement(change.after)) {
    fail(where, "a statement can only be replaced by a statement: both end with ';' or neither");
  }
  return {found[0].begin, found[0].end, statement, {{identifier_of(entry.name), change.after}}};
}

/// Outer pieces before the ones they hold, and pieces in the order of the text.
bool comes_before(const Site& a, const Site& b) {
  return a.begin != b.begin ? a.begin < b.begin : a.end > b.end;
}

/// The text from `begin` to `end` with the sites in it, of which `next` is the first.
std::string woven(std::string_view text, std::size_t begin, std::size_t end,
                  const std::vector<Site>& sites, std::size_t& next) {
  std::string result;
  while (next < sites.size() && sites[next].begin < end) {
    const Site& site = sites[next++];
    result += text.substr(begin, site.begin - begin);
    begin = site.end;
    const std::string as_it_was = woven(text, site.begin, site.end, sites, next);
    if (!site.statement) result += "(";
    for (const auto& [identifier, instead] : site.instead) {
      const std::string question = "is_made(Made::" + identifier + ")";
      result += site.statement ? "if (" + question + ") { " + instead + " } else "
                               : question + " ? (" + instead + ") : ";
    }
    result += site.statement ? "{ " + as_it_was + " }" : "(" + as_it_was + "))";
  }
  return result + std::string(text.substr(begin, end - begin));
}

}  // namespace

std::string identifier_of(std::string_view name) {
  std::string identifier(name);
  std::ranges::replace(identifier, '-', '_');
  return identifier;
}

std::vector<Entry> parse_entries(std::string_view file, std::string_view stem,
                                 std::string_view text) {
  std::vector<Entry> entries;
  std::istringstream lines{std::string(text)};
  std::string header = std::string(stem) + ".h";
  std::string* open = nullptr;  // what an indented line goes on with
  int number = 0;
  for (std::string line; std::getline(lines, line);) {
    const std::string where = std::string(file) + ":" + std::to_string(++number);
    if (line.starts_with("## ")) {
      if (!entries.empty()) check(entries.back());
      entries.push_back(
          {.name = trimmed(line.substr(3)), .facts = {}, .changes = {}, .from = where});
      header = std::string(stem) + ".h";
    } else if (trimmed(line).empty() || line.starts_with("# ")) {
      open = nullptr;
    } else if (entries.empty()) {
      fail(where, "stands before the first heading '## name'");
    } else if (line.starts_with("  ") && open != nullptr) {
      *open += ' ';
      *open += trimmed(line);
    } else if (line.starts_with("- ")) {
      entries.back().changes.push_back({header, trimmed(line.substr(2)), ""});
      open = &entries.back().changes.back().before;
    } else if (line.starts_with("+ ")) {
      if (entries.back().changes.empty() || !entries.back().changes.back().after.empty()) {
        fail(where, "'+ ' without the '- ' that it replaces");
      }
      open = &(entries.back().changes.back().after = trimmed(line.substr(2)));
    } else {
      const std::size_t colon = line.find(": ");
      const std::string fact = line.substr(0, std::min(colon, line.size()));
      static const std::set<std::string> known = {"clause", "does",  "sees",
                                                  "source", "proof", "in"};
      if (colon == std::string::npos || !known.contains(fact)) {
        fail(where, "'" + line + "' is no fact, no change and no heading");
      }
      open = fact == "in" ? &header : &entries.back().facts[fact];
      *open = trimmed(line.substr(colon + 2));
    }
  }
  if (!entries.empty()) check(entries.back());
  return entries;
}

void check_names(std::span<const Entry> entries) {
  std::map<std::string, std::string> seen;
  for (const Entry& each : entries) {
    const auto [found, fresh] = seen.emplace(each.name, each.from);
    if (!fresh) fail(each.from, "'" + each.name + "' is already the name of " + found->second);
  }
}

std::string weave(std::string_view file, std::string_view text, std::span<const Entry> entries) {
  std::vector<Site> sites;
  for (const Entry& entry : entries) {
    for (const Change& change : entry.changes) {
      if (change.file != file) continue;
      const Site site = find_site(file, text, entry, change);
      const auto same = std::ranges::find_if(sites, [&](const Site& each) {
        return each.begin == site.begin && each.end == site.end;
      });
      for (const Site& each : sites) {
        const bool apart = site.end <= each.begin || each.end <= site.begin;
        const bool inside = (each.begin <= site.begin && site.end <= each.end) ||
                            (site.begin <= each.begin && each.end <= site.end);
        if (!apart && !inside) {
          fail(entry.from + ": " + entry.name,
               "'" + change.before + "' overlaps the piece of " + each.instead[0].first);
        }
      }
      if (same == sites.end()) {
        sites.push_back(site);
      } else {
        same->instead.push_back(site.instead[0]);
      }
    }
  }
  std::ranges::sort(sites, comes_before);
  std::size_t next = 0;
  return woven(text, 0, text.size(), sites, next);
}

}  // namespace assay::weaving
