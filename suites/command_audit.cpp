// SPDX-License-Identifier: Apache-2.0
// assay audit: whether the suite itself is any good. It must reject every known mistake and accept
// every right implementation.
#include <fmt/core.h>

#include <thread>

#include "suites/audit.h"
#include "suites/case_files.h"
#include "suites/command_line.h"
#include "suites/commands.h"
#include "suites/earning.h"
#include "suites/exit_code.h"
#include "suites/fresh_cases.h"

namespace assay::suites {

namespace po = boost::program_options;

int audit_command(const Invocation& invocation, Console& console) {
  Syntax syntax;
  syntax.usage = "assay audit";
  syntax.options.add_options()("help,h", "this text");
  std::string help;
  parse(syntax, invocation, help);
  CaseFiles files = read_committed(fixture_folder(""));
  Evidence evidence;
  evidence.defendants = defendants();
  std::vector<CaseTrial> trials;
  for (const fixtures::Case& each : files.cases) {
    evidence.cases.push_back(&each);
    trials.push_back({&each, [](const Defendant&) { return true; }});
  }
  evidence.committed = trials.size();
  TrialOptions options;
  evidence.outcomes = try_cases(trials, evidence.defendants, options);
  reports::Audit audit;
  tally(evidence, audit);
  for (const auto& m : audit.mistake_findings)
    console.line(fmt::format("{} runs {} caught {} by {} {}", m.name, m.runs, m.caught,
                             m.caught_by.size(), m.caught_by.empty() ? "ESCAPED" : m.caught_by[0]));
  for (const auto& w : audit.way_findings)
    console.line(fmt::format("{} runs {} distinct {} rejected {} worst {} {}", w.name, w.runs,
                             w.distinct, w.rejected, w.worst_share, w.worst_case));
  for (const auto& r : audit.rules)
    console.line(fmt::format("{} {}: {}/{} mistakes, {}/{} runs ({}), rejects {}/{} ({})", r.rule,
                             r.number_class, r.mistakes_caught, r.mistakes, r.mistaken_runs_caught,
                             r.mistaken_runs, r.mistaken_runs_caught_by_assay,
                             r.right_runs_rejected, r.right_runs,
                             r.right_runs_rejected_by_assay));
  int none = 0;
  for (const auto& c : worth_of(files.cases, kill_matrix_of(evidence))) { if (c.earns.empty()) ++none; console.line(fmt::format("CASE {} {} : {}", c.test_case, c.caught, c.earns)); }
  console.line(fmt::format("{} earn nothing", none));
  console.line(fmt::format("{} {} {} {}", audit.mistakes_caught, audit.mistakes,
                           audit.right_runs_rejected, audit.right_runs));
  return 0;
}

}  // namespace assay::suites
