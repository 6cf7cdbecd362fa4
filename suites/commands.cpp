// SPDX-License-Identifier: Apache-2.0
#include "suites/commands.h"

#include "suites/columns.h"
#include "suites/exit_code.h"
#include "suites/spelling.h"

namespace assay::suites {
namespace {

void show_all(const std::string& program, Console& console) {
  console.line("usage: " + program + " COMMAND [WORD]... [OPTION]...");
  console.line("");
  console.line("Judges and times implementations of transformer operations.");
  console.line("");
  std::vector<std::vector<std::string>> rows;
  for (const Command& command : commands())
    rows.push_back({"  " + std::string(command.name), std::string(command.purpose)});
  for (const std::string& line : in_columns(rows)) console.line(line);
  console.line("");
  console.line(program + " COMMAND --help says more about each.");
}

}  // namespace

std::span<const Command> commands() {
  static constexpr Command list[] = {
      {"run", "judge implementations", run_command},
      {"compare", "two variants, or two result files, side by side", compare_command},
      {"report", "result files as pages and tables", report_command},
      {"audit", "whether the suite itself is any good", audit_command},
      {"list", "ops, cases, clauses, variants, mistakes, ways, suites, classes", list_command},
      {"explain", "all about one clause, case, op, suite, variant, class or mistake",
       explain_command},
      {"draws", "sampling, by statistics over a million tokens", draws_command},
      {"doctor", "whether this machine and this build are in order", doctor_command},
      {"fixtures", "make, check, show, import and export cases", fixtures_command},
      {"reveal", "in which order an implementation adds, and how precisely", reveal_command},
      {"score", "outputs that were computed elsewhere", score_command},
      {"new-plugin", "a folder that builds, to write an implementation in", new_plugin_command},
  };
  return list;
}

int dispatch(const std::string& program, const std::vector<std::string>& words, Console& console) {
  const std::string first = words.empty() ? "" : words[0];
  if (first == "--help" || first == "-h" || first == "help") {
    show_all(program, console);
    return all_right;
  }
  if (first == "--version") {
    console.line("assay " ASSAY_VERSION);
    return all_right;
  }
  if (first.empty()) {
    show_all(program, console);
    return usage_error;
  }
  std::vector<std::string> names;
  for (const Command& command : commands()) {
    if (command.name == first)
      return command.run({program, first, {words.begin() + 1, words.end()}}, console);
    names.emplace_back(command.name);
  }
  throw UsageError(unknown_name("command", first, names, program + " --help"));
}

}  // namespace assay::suites
