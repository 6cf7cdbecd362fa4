// SPDX-License-Identifier: Apache-2.0
// How mistakes are written down, and how they are woven into a text: next to a piece of a loop
// stands what somebody wrote instead, and a switch between the two.
#pragma once

#include <map>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace assay::weaving {

/// What cannot be woven; what() names the file, the entry and the cure.
struct WeaveError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// A piece of a text and what stands there instead. White space does not count in `before`; where
/// the piece alone would stand there several times, `before` has more of the text and the piece in
/// [[ ]].
struct Change {
  std::string file;  // "attention_row.h"
  std::string before, after;
};

/// One mistake as its file has it.
struct Entry {
  std::string name;                          // "kv-head-modulo"
  std::map<std::string, std::string> facts;  // clause, does, sees, source, and proof or nothing
  std::vector<Change> changes;
  std::string from;  // the file and line of its heading, for messages
};

/// "kv-head-modulo" -> "kv_head_modulo", its name in the woven text.
std::string identifier_of(std::string_view name);

/// The entries of a file of mistakes. `stem` names the header that they change unless they say
/// otherwise. Throws WeaveError.
std::vector<Entry> parse_entries(std::string_view file, std::string_view stem,
                                 std::string_view text);

/// Throws WeaveError where two entries have the same name.
void check_names(std::span<const Entry> entries);

/// `text` with every change of `file` woven in. Throws WeaveError where a piece does not stand
/// exactly once, or two pieces overlap without one holding the other.
std::string weave(std::string_view file, std::string_view text, std::span<const Entry> entries);

}  // namespace assay::weaving
