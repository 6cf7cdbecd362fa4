// SPDX-License-Identifier: Apache-2.0
// The parser of options against random words, separated by line feeds, with an option of every kind
// that commands have.
#include <boost/program_options.hpp>
#include <string>
#include <vector>

#include "suites/command_line.h"
#include "suites/command_words.h"
#include "suites/usage_error.h"

namespace {

namespace po = boost::program_options;

assay::suites::Syntax syntax_of_every_kind() {
  assay::suites::Syntax syntax;
  syntax.usage = "assay fuzz [SUITE] [OPTION]...";
  syntax.options.add_options()("help,h", "text")("verbose,v", "a flag")(
      "filter", po::value<std::vector<std::string>>()->composing(), "may be repeated")(
      "output,o", po::value<std::vector<std::string>>()->composing(), "may be repeated")(
      "case", po::value<std::string>(), "a text")(
      "threads", po::value<std::string>()->default_value("2"), "a number");
  syntax.positional = {"suite"};
  return syntax;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace assay::suites;
  std::vector<std::string> words(1);
  for (std::size_t i = 0; i < size; ++i) {
    if (data[i] == '\n') {
      words.emplace_back();
    } else if (data[i] != '\0') {  // the end of a word for the system
      words.back() += static_cast<char>(data[i]);
    }
  }
  Invocation invocation;
  invocation.program = "assay";
  invocation.arguments = words;
  std::string help;
  try {
    const auto values = parse(syntax_of_every_kind(), invocation, help);
    if (!values) return 0;
    all_values(*values, "filter");
    if (integer(*values, "threads", 1, 1024) > 1024) __builtin_trap();
    if (values->count("case") > 0) words_of((*values)["case"].as<std::string>());
  } catch (const UsageError&) {  // a refusal is right
  }
  return 0;
}
