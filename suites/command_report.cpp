// SPDX-License-Identifier: Apache-2.0
// assay report: result files as pages and tables; several files become one report.
#include <algorithm>
#include <filesystem>
#include <optional>

#include "reports/audit_json.h"
#include "reports/audit_summary.h"
#include "reports/files.h"
#include "reports/json.h"
#include "reports/merging.h"
#include "reports/summary.h"
#include "suites/commands.h"
#include "suites/exit_code.h"

namespace assay::suites {

namespace po = boost::program_options;

int report_command(const Invocation& invocation, Console& console) {
  Syntax syntax;
  syntax.usage = "assay report RESULT.json... [AUDIT.json] -o DIR";
  syntax.purpose =
      "Writes index.html, report.md, results.json, junit.xml, speed.csv, grades.csv, speed.svg\n"
      "and benchmarks.json (as Google Benchmark writes it) into a folder. Several files become\n"
      "one report: the shards of a run, or runs of several variants on the same fixtures.";
  syntax.options.add_options()("help,h", "this text")(
      "output,o", po::value<std::string>()->value_name("DIR"), "the folder; made if missing");
  syntax.positional = {"result"};
  syntax.last_repeats = true;
  std::string help;
  const auto values = parse(syntax, invocation, help);
  if (!values) {
    console.line(help);
    return all_right;
  }
  std::vector<std::string> files = all_values(*values, "result");
  const auto audits =
      std::stable_partition(files.begin(), files.end(),
                            [](const std::string& file) { return !reports::is_audit_file(file); });
  if (files.end() - audits > 1) throw UsageError("name one audit, not several");
  std::optional<reports::Audit> audit;
  if (audits != files.end()) audit = reports::read_audit(*audits);
  files.erase(audits, files.end());
  if (files.empty() && !audit) throw UsageError("name a result file; usage: " + syntax.usage);
  if (values->count("output") == 0) throw UsageError("name the folder with -o DIR");
  std::vector<reports::NamedResult> parts;
  for (const std::string& file : files) parts.push_back({file, reports::read_result(file)});
  const reports::RunResult all =
      parts.empty() ? reports::RunResult() : reports::merged(std::move(parts));
  const std::filesystem::path folder = (*values)["output"].as<std::string>();
  reports::write_report_folder(all, folder, audit ? &*audit : nullptr);
  if (!files.empty()) console.line(reports::verdict_sentence(all));
  if (audit) console.line("audit: " + reports::audit_sentence(*audit));
  console.line((folder / "index.html").string());
  return all_right;
}

}  // namespace assay::suites
