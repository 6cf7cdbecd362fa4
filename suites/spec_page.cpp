// SPDX-License-Identifier: Apache-2.0
#include "suites/spec_page.h"

#include <algorithm>

namespace assay::suites {
namespace {

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

/// "| a | b |" as {"a", "b"}; "\|" stands for a pipe inside a cell.
std::vector<std::string> cells_of(std::string_view row) {
  std::vector<std::string> cells;
  std::string cell;
  for (std::size_t i = 1; i < row.size(); ++i) {
    if (row[i] == '\\' && i + 1 < row.size() && row[i + 1] == '|') {
      cell += '|';
      ++i;
    } else if (row[i] == '|') {
      cells.emplace_back(trimmed(cell));
      cell.clear();
    } else {
      cell += row[i];
    }
  }
  return cells;
}

bool is_clause_id(std::string_view text) {
  const std::size_t dot = text.find('.');
  if (dot == 0 || dot == std::string_view::npos || dot + 1 == text.size()) return false;
  return std::ranges::all_of(
             text.substr(0, dot),
             [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; }) &&
         std::ranges::all_of(text.substr(dot + 1), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
         });
}

class PageParser {
 public:
  explicit PageParser(std::string_view text) : lines_(lines_of(text)) {}

  SpecPage parse() {
    for (; at_ < lines_.size(); ++at_) {
      const std::string_view line = lines_[at_];
      if (line.starts_with("```")) {
        fenced_block(trimmed(line.substr(3)));
      } else if (line.starts_with("# ")) {
        title(trimmed(line.substr(2)));
      } else if (line.starts_with("## ")) {
        heading(trimmed(line.substr(3)));
      } else if (line.starts_with("|")) {
        table();
      } else {
        prose(line);
      }
    }
    end_of_section();
    if (page_.op.empty()) fail("the page has no title");
    return std::move(page_);
  }

 private:
  [[noreturn]] void fail(const std::string& what) const {
    throw SpecPageError((page_.op.empty() ? "spec page" : page_.op + ".md") + ":" +
                        std::to_string(at_ + 1) + ": " + what);
  }

  void title(std::string_view text) {
    if (!page_.title.empty()) fail("a second title");
    page_.title = text;
    page_.op = trimmed(text.substr(0, text.find(':')));
  }

  void heading(std::string_view text) {
    end_of_section();
    section_ = text;
    if (!text.starts_with('[')) return;
    const std::string_view id = text.substr(1, text.size() - 2);
    if (!text.ends_with(']') || !is_clause_id(id)) fail("no clause id: " + std::string(text));
    if (!id.starts_with(page_.op + ".")) fail(std::string(id) + " stands on another op's page");
    for (const Clause& each : page_.clauses) {
      if (each.id == id) fail(std::string(id) + " stands here twice");
    }
    page_.clauses.push_back({std::string(id), page_.op, "", "", static_cast<int>(at_ + 1)});
    in_clause_ = true;
  }

  void end_of_section() {
    if (in_clause_) {
      Clause& clause = page_.clauses.back();
      if (clause.text.empty()) fail(clause.id + " has no sentence");
      clause.explanation = std::string(trimmed_lines(clause.explanation));
    } else if (section_.empty()) {
      page_.purpose = std::string(trimmed_lines(page_.purpose));
    }
    in_clause_ = false;
    paragraph_ = 0;
  }

  static std::string_view trimmed_lines(std::string_view text) {
    while (text.starts_with('\n')) text.remove_prefix(1);
    while (text.ends_with('\n')) text.remove_suffix(1);
    return text;
  }

  void prose(std::string_view line) {
    if (section_.empty()) {
      page_.purpose.append(line).append(1, '\n');
      return;
    }
    if (!in_clause_) return;
    Clause& clause = page_.clauses.back();
    const std::string_view words = trimmed(line);
    if (words.empty() && !clause.text.empty()) paragraph_ = 1;
    if (paragraph_ == 0 && !words.empty()) {
      if (!clause.text.empty()) clause.text += ' ';
      clause.text += words;
    } else if (paragraph_ == 1) {
      clause.explanation.append(line).append(1, '\n');
    }
  }

  void table() {
    SpecTable table{section_, cells_of(trimmed(lines_[at_])), {}};
    if (at_ + 1 >= lines_.size() || !lines_[at_ + 1].starts_with("|-")) {
      fail("a table needs a line |---| below its header");
    }
    const std::size_t first = at_;
    for (at_ += 2; at_ < lines_.size() && lines_[at_].starts_with("|"); ++at_) {
      table.rows.push_back(cells_of(trimmed(lines_[at_])));
      if (table.rows.back().size() != table.header.size()) fail("a row of another width");
    }
    if (in_clause_) {
      paragraph_ = 1;
      for (std::size_t i = first; i < at_; ++i) prose(lines_[i]);
    }
    --at_;
    page_.tables.push_back(std::move(table));
  }

  void fenced_block(std::string_view info) {
    if (info != "example") {  // a formula or code: part of the prose
      prose(lines_[at_]);
      for (++at_; at_ < lines_.size() && !lines_[at_].starts_with("```"); ++at_) prose(lines_[at_]);
      if (at_ < lines_.size()) prose(lines_[at_]);
      return;
    }
    SpecExample example;
    example.page = page_.op;
    if (in_clause_) example.clause = page_.clauses.back().id;
    example.line = static_cast<int>(at_ + 1);
    bool after_gives = false;
    for (++at_; at_ < lines_.size() && !lines_[at_].starts_with("```"); ++at_) {
      example_line(example, after_gives);
    }
    if (example.op.empty()) fail("an example begins with 'op: '");
    if (example.gives.empty() && !example.error) fail("an example without 'gives:'");
    page_.examples.push_back(std::move(example));
    if (in_clause_ && !page_.clauses.back().text.empty()) paragraph_ = 1;
  }

  void example_line(SpecExample& example, bool& after_gives) {
    std::string line(trimmed(lines_[at_]));
    if (line.empty()) return;
    if (line.starts_with("op:")) {
      example.op = trimmed(std::string_view(line).substr(3));
      return;
    }
    if (line.starts_with("gives:")) {
      after_gives = true;
      const std::string_view rest = trimmed(std::string_view(line).substr(6));
      if (rest.empty()) return;
      const std::size_t first = rest.find('"'), last = rest.rfind('"');
      if (!rest.starts_with("error") || first == last) fail("gives: error \"text\"");
      example.error = rest.substr(first + 1, last - first - 1);
      return;
    }
    // A list may go on in the next lines, until its brackets are closed.
    while (std::ranges::count(line, '[') > std::ranges::count(line, ']') &&
           at_ + 1 < lines_.size() && !lines_[at_ + 1].starts_with("```")) {
      line += ' ';
      line += trimmed(lines_[++at_]);
    }
    const std::size_t equals = line.find('=');
    if (equals == std::string::npos) fail("'name = value' is missing in: " + line);
    auto& list = after_gives ? example.gives : example.given;
    list.emplace_back(trimmed(std::string_view(line).substr(0, equals)),
                      trimmed(std::string_view(line).substr(equals + 1)));
  }

  std::vector<std::string_view> lines_;
  std::size_t at_ = 0;
  SpecPage page_;
  std::string section_;  // the heading above, empty before the first one
  bool in_clause_ = false;
  int paragraph_ = 0;  // of the clause: 0 its sentence, 1 what follows
};

}  // namespace

bool decided_by_bench(const Clause& clause) {
  return clause.explanation.find("Decided by: the bench") != std::string::npos;
}

SpecPage parse_spec_page(std::string_view text) { return PageParser(text).parse(); }

std::vector<TaggedLine> tagged_lines(std::string_view file, std::string_view source) {
  std::vector<TaggedLine> found;
  int number = 0;
  for (const std::string_view line : lines_of(source)) {
    ++number;
    const std::size_t comment = std::min(line.find("//"), line.size());
    const std::string_view code = trimmed(line.substr(0, comment));
    for (TaggedLine& each : found) {  // a tag in a comment of its own is about the code below
      if (each.text.empty() && !code.empty()) each.text = code;
    }
    std::string_view rest = line.substr(comment);
    for (std::size_t open = rest.find('['); open != std::string_view::npos;
         open = rest.find('[', open + 1)) {
      const std::size_t close = rest.find(']', open);
      if (close == std::string_view::npos) break;
      const std::string_view id = rest.substr(open + 1, close - open - 1);
      if (!is_clause_id(id)) continue;
      found.push_back({std::string(id), std::string(file), number, std::string(code)});
    }
  }
  return found;
}

std::vector<SpecPage> spec_pages() {
  std::vector<SpecPage> pages;
  for (const EmbeddedFile& file : spec_files()) {
    if (file.name.ends_with(".md")) pages.push_back(parse_spec_page(file.text));
  }
  return pages;
}

std::vector<TaggedLine> spec_lines() {
  std::vector<TaggedLine> all;
  for (const EmbeddedFile& file : spec_files()) {
    if (!file.name.ends_with(".h")) continue;
    for (TaggedLine& each : tagged_lines(file.name, file.text)) all.push_back(std::move(each));
  }
  return all;
}

}  // namespace assay::suites
