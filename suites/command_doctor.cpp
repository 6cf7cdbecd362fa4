// SPDX-License-Identifier: Apache-2.0
// assay doctor: whether this machine and this build are in order, checked by doing and not by
// asking: a worker is started, the fixtures are read, every target is selected.
#include "suites/case_files.h"
#include "suites/columns.h"
#include "suites/command_judging.h"
#include "suites/commands.h"
#include "suites/environment.h"
#include "suites/exit_code.h"
#include "suites/own_answers.h"
#include "suites/own_case.h"
#include "suites/run_lines.h"
#include "variants/installation.h"
#include "variants/list.h"

namespace assay::suites {

namespace po = boost::program_options;

namespace {

/// The findings of the checks; a finding that is not in order makes the exit code.
class Findings {
 public:
  void fine(const std::string& what, const std::string& text) {
    rows_.push_back({"ok", what, text});
  }
  void bad(const std::string& what, const std::string& text) {
    rows_.push_back({"NOT OK", what, text});
    all_fine_ = false;
  }
  [[nodiscard]] bool all_fine() const { return all_fine_; }
  [[nodiscard]] const std::vector<std::vector<std::string>>& rows() const { return rows_; }

 private:
  std::vector<std::vector<std::string>> rows_;
  bool all_fine_ = true;
};

void check_targets(Findings& findings) {
  for (const variants::BuiltIn& each : variants::built_in()) {
    const assay_implementation& implementation = *each.implementation();
    std::vector<std::string> usable, lacking;
    for (const std::string& target :
         words_of(implementation.targets != nullptr ? implementation.targets : "")) {
      const bool selected = implementation.select_target(target.c_str()) == ASSAY_OK;
      (selected ? usable : lacking).push_back(target);
    }
    std::string text = implementation.summary;
    if (!usable.empty()) text += " Targets: " + joined(usable) + ".";
    if (!lacking.empty()) text += " Not on this CPU: " + joined(lacking) + ".";
    findings.fine("variant " + std::string(each.name), text);
  }
}

void check_worker(Findings& findings, Console& console) {
  const fixtures::Case small = own_case(own_recipe("softmax rows=2 row_len=3", {}), console);
  RunOptions options;
  options.variants = built_in_names();
  options.threads = 1;
  reports::RunResult result;
  try {
    run_cases({small}, options, {.on_case = [](const auto&, auto, auto) {}}, result);
  } catch (const std::exception& error) {
    findings.bad("worker", error.what());
    return;
  }
  for (const reports::CaseResult& each : result.cases) {
    if (each.verdict == reports::Verdict::broken)
      findings.bad("worker " + each.variant, each.reason);
    else
      findings.fine(
          "worker " + each.variant,
          "starts, answers, is " +
              std::string(reports::verdict_names[static_cast<std::size_t>(each.verdict)]));
  }
}

void check_fixtures(const std::filesystem::path& folder, Findings& findings) {
  const CaseFiles read = read_committed(folder);
  for (const std::string& error : read.errors) findings.bad("fixtures", error);
  for (const std::string& warning : read.warnings) findings.bad("fixtures", warning);
  if (read.errors.empty() && read.warnings.empty())
    findings.fine("fixtures", std::to_string(read.cases.size()) + " cases in " + folder.string() +
                                  ", as in the manifest");
}

}  // namespace

int doctor_command(const Invocation& invocation, Console& console) {
  Syntax syntax;
  syntax.usage = "assay doctor [--fixtures DIR]";
  syntax.purpose = "Checks this machine and this build; exit code 3 if something is not in order.";
  syntax.options.add_options()("help,h", "this text")(
      "fixtures", po::value<std::string>()->default_value(""), "folder of the committed fixtures");
  std::string help;
  const auto values = parse(syntax, invocation, help);
  if (!values) {
    console.line(help);
    return all_right;
  }
  Findings findings;
  for (const auto& [what, text] : environment()) findings.fine(what, text);
  check_targets(findings);
  check_worker(findings, console);
  findings.fine("assay.py", own_python_folder().string());
  check_fixtures(fixture_folder((*values)["fixtures"].as<std::string>()), findings);
  for (const std::string& line : in_columns(findings.rows())) console.line(line);
  return findings.all_fine() ? all_right : bench_failed;
}

}  // namespace assay::suites
