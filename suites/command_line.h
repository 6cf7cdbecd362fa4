// SPDX-License-Identifier: Apache-2.0
// Turns the words of a command into options, strictly: nothing is guessed, and what is unknown is
// answered with what was probably meant. Knows no command.
#pragma once

#include <boost/program_options.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "suites/command_words.h"
#include "suites/usage_error.h"

namespace assay::suites {

/// What may follow the name of a command.
struct Syntax {
  std::string usage;                                    // "assay run [SUITE] [OPTION]..."
  std::string purpose;                                  // a sentence or two
  boost::program_options::options_description options;  // shown by --help
  std::vector<std::string> positional;  // names for the words without dashes, in their order
  bool last_repeats = false;            // the last of them takes all the rest
  std::string afterword;                // shown below the options
};

/// The values, or nothing where --help was asked for and its text has been written to `help`.
/// Throws UsageError.
std::optional<boost::program_options::variables_map> parse(const Syntax& syntax,
                                                           const Invocation& invocation,
                                                           std::string& help);

/// The value of an integer option within limits. Throws UsageError: "--threads: 1 to 1024, not -3".
std::int64_t integer(const boost::program_options::variables_map& values, const std::string& option,
                     std::int64_t least, std::int64_t most);

/// All values of an option that may be repeated; empty where it was not given.
std::vector<std::string> all_values(const boost::program_options::variables_map& values,
                                    const std::string& option);

}  // namespace assay::suites
