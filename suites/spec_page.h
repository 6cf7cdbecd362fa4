// SPDX-License-Identifier: Apache-2.0
// The pages of the spec as data: the clauses with their sentences, the tables, the examples, and
// the lines of the loops that carry a clause's tag. Knows the form of a page, not what an op means.
#pragma once

#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "reports/embedded_file.h"

namespace assay::suites {

/// A page that breaks the form of pages; what() names page and line.
struct SpecPageError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// A rule of the spec: a heading `## [op.rule]` and what stands below it.
struct Clause {
  std::string id;           // "attention.kv-head"
  std::string page;         // "attention"
  std::string text;         // the rule: the first paragraph, in one line
  std::string explanation;  // the other paragraphs as written, examples left out
  int line = 0;             // of the heading
};

/// Whether the clause says "Decided by: the bench": then no line and perhaps no case decides it,
/// but how everything is judged.
bool decided_by_bench(const Clause& clause);

/// A fenced block with the info string `example`: a call written by hand and what it gives.
struct SpecExample {
  std::string page, clause;
  int line = 0;  // of the fence
  std::string op;
  std::vector<std::pair<std::string, std::string>> given;  // attributes and inputs, as text
  std::vector<std::pair<std::string, std::string>> gives;  // outputs, as text
  std::optional<std::string> error;  // instead of outputs: what the message must contain
};

/// A table in pipes, under the heading that stands above it.
struct SpecTable {
  std::string title;  // "Inputs"
  std::vector<std::string> header;
  std::vector<std::vector<std::string>> rows;
};

struct SpecPage {
  std::string op;     // "attention"; of a page about no op its name, "numerics"
  std::string title;  // the first heading without the '#'
  std::string purpose;
  std::vector<SpecTable> tables;
  std::vector<Clause> clauses;
  std::vector<SpecExample> examples;
};

/// Throws SpecPageError.
SpecPage parse_spec_page(std::string_view text);

/// A line of the loops that decides a clause.
struct TaggedLine {
  std::string clause;
  std::string file;  // "attention.h"
  int line = 0;
  std::string text;  // the code without the comment; of a line of comment, the code below it
};

/// Every tag in the comments of a source text, in order.
std::vector<TaggedLine> tagged_lines(std::string_view file, std::string_view source);

/// The pages (*.md) and the loops (*.h) of reference/, compiled into the program.
std::span<const EmbeddedFile> spec_files();

/// All pages, in the order of the file list. Throws SpecPageError.
std::vector<SpecPage> spec_pages();

/// Every tagged line of all loops.
std::vector<TaggedLine> spec_lines();

}  // namespace assay::suites
