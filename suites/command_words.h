// SPDX-License-Identifier: Apache-2.0
// The words of a command as a shell writes and reads them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace assay::suites {

/// `word` as a shell reads it back: bare where it is plain, else in single quotes.
std::string shell_quoted(std::string_view word);

/// The words of a text, separated by white space: what `--worker-wrapper 'gdb --args'` means.
std::vector<std::string> words_of(std::string_view text);

/// How a command was called: "build/assay", "run", and the words after it.
struct Invocation {
  std::string program;
  std::string command;
  std::vector<std::string> arguments;

  [[nodiscard]] std::vector<std::string> words() const;
};

}  // namespace assay::suites
