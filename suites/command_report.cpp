// SPDX-License-Identifier: Apache-2.0
// assay report: result files as pages and tables; several files become one report.
#include <algorithm>
#include <filesystem>
#include <optional>

#include "reports/audit_json.h"
#include "reports/audit_summary.h"
#include "reports/files.h"
#include "reports/json.h"
#include "reports/summary.h"
#include "suites/commands.h"
#include "suites/exit_code.h"

namespace assay::suites {

namespace po = boost::program_options;

namespace {

using reports::RunResult;

/// Appends what `more` found: the shards of one run, or runs of several variants.
void merge(RunResult& all, RunResult more, const std::string& file) {
  if (more.environment != all.environment)
    all.warnings.push_back(file + ": made on another machine, by another build or other options");
  const auto append = [](auto& to, auto& from) {
    to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
  };
  for (const reports::VariantInfo& variant : more.variants) {
    const bool is_new = std::none_of(all.variants.begin(), all.variants.end(),
                                     [&](const auto& each) { return each.name == variant.name; });
    if (is_new) all.variants.push_back(variant);
  }
  append(all.cases, more.cases);
  append(all.speed, more.speed);
  append(all.warnings, more.warnings);
  if (all.limits.empty()) all.limits = std::move(more.limits);
  all.clause_texts.merge(more.clause_texts);
  all.seconds += more.seconds;
  all.complete = all.complete && more.complete;
  all.title += "; " + more.title;
}

}  // namespace

int report_command(const Invocation& invocation, Console& console) {
  Syntax syntax;
  syntax.usage = "assay report RESULT.json... [AUDIT.json] -o DIR";
  syntax.purpose =
      "Writes index.html, report.md, results.json, junit.xml and speed.csv into a folder. Several "
      "result\nfiles become one report.";
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
  RunResult all;
  if (!files.empty()) all = reports::read_result(files[0]);
  for (std::size_t i = 1; i < files.size(); ++i)
    merge(all, reports::read_result(files[i]), files[i]);
  const std::filesystem::path folder = (*values)["output"].as<std::string>();
  reports::write_report_folder(all, folder, audit ? &*audit : nullptr);
  if (!files.empty()) console.line(reports::verdict_sentence(all));
  if (audit) console.line("audit: " + reports::audit_sentence(*audit));
  console.line((folder / "index.html").string());
  return all_right;
}

}  // namespace assay::suites
