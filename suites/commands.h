// SPDX-License-Identifier: Apache-2.0
// Every command of the program, one line each in one list. A command has its own file
// (command_<name>.cpp) and nothing of another's.
#pragma once

#include <span>
#include <string_view>

#include "suites/command_line.h"
#include "suites/console.h"

namespace assay::suites {

/// Returns an exit code. Throws UsageError, and std::exception for what stops the bench.
int run_command(const Invocation& invocation, Console& console);
int list_command(const Invocation& invocation, Console& console);
int explain_command(const Invocation& invocation, Console& console);
int draws_command(const Invocation& invocation, Console& console);
int doctor_command(const Invocation& invocation, Console& console);
int fixtures_command(const Invocation& invocation, Console& console);
int compare_command(const Invocation& invocation, Console& console);
int audit_command(const Invocation& invocation, Console& console);
int report_command(const Invocation& invocation, Console& console);
int reveal_command(const Invocation& invocation, Console& console);
int score_command(const Invocation& invocation, Console& console);
int new_plugin_command(const Invocation& invocation, Console& console);

struct Command {
  std::string_view name;
  std::string_view purpose;  // a few words
  int (*run)(const Invocation&, Console&);
};

std::span<const Command> commands();

/// Finds the command that the words name and runs it; without any, or for --help, lists them all.
int dispatch(const std::string& program, const std::vector<std::string>& words, Console& console);

}  // namespace assay::suites
