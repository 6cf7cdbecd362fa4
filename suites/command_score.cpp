// SPDX-License-Identifier: Apache-2.0
// assay score: judges a file of outputs that somebody computed from an exported file of calls, in
// any language, on any device.
#include <fmt/core.h>

#include <filesystem>

#include "reports/escape.h"
#include "reports/summary.h"
#include "suites/case_files.h"
#include "suites/commands.h"
#include "suites/environment.h"
#include "suites/exit_code.h"
#include "suites/given_call.h"
#include "suites/outputs.h"
#include "suites/run_lines.h"
#include "suites/score.h"
#include "suites/selection.h"

namespace assay::suites {

namespace po = boost::program_options;

namespace {

Syntax syntax() {
  Syntax syntax;
  syntax.usage = "assay score OUTPUTS.h5 [OPTION]...";
  syntax.purpose =
      "Judges outputs that were computed elsewhere from the calls of assay fixtures export. The "
      "file "
      "holds\n<op>/<case>/<class>/<output>; docs/witnesses.md has an example. A call of one's own "
      "is a .safetensors\nfile with its inputs, as assay.judge() of docs/python.md writes it. "
      "Nothing is timed.";
  const auto several = [] {
    return po::value<std::vector<std::string>>()->composing()->value_name("...");
  };
  syntax.options.add_options()("help,h", "this text")(
      "filter", several(), "cases: op/id, op, id or @clause, with * and ?; may be repeated")(
      "class", several(), "a number class, such as f32; may be repeated")(
      "fixtures", po::value<std::string>()->default_value("")->value_name("DIR"),
      "folder of the committed fixtures")(
      "fixture", several(), "a file of cases instead of the committed ones; may be repeated")(
      "output,o", po::value<std::vector<std::string>>()->composing()->value_name("FILE"),
      "write the results; .html .json .md .xml .csv choose the format; may be repeated")(
      "strict", "count calls that were not given as not right");
  syntax.positional = {"outputs"};
  syntax.afterword =
      "Exit code: 0 all that was given is right, 1 something is not, or stands for nothing, 2 the "
      "command is\nwrong, 3 the bench could not do its job, 4 nothing was judged.";
  return syntax;
}

std::string rerun_prefix(const po::variables_map& values, const Invocation& invocation,
                         const std::string& file) {
  std::string text = shell_quoted(invocation.program) + " score " + shell_quoted(file);
  for (const std::string& fixture : all_values(values, "fixture"))
    text += " --fixture " + shell_quoted(fixture);
  const std::string folder = values["fixtures"].as<std::string>();
  if (!folder.empty()) text += " --fixtures " + shell_quoted(folder);
  return text;
}

/// The cases that a file of outputs may be about.
CaseFiles read_known(const po::variables_map& values) {
  const std::vector<std::string> files = all_values(values, "fixture");
  if (!files.empty()) return read_given(files);
  return read_committed(fixture_folder(values["fixtures"].as<std::string>()));
}

}  // namespace

int score_command(const Invocation& invocation, Console& console) {
  std::string help;
  const auto values = parse(syntax(), invocation, help);
  if (!values) {
    console.line(help);
    return all_right;
  }
  const std::vector<std::string> files = all_values(*values, "outputs");
  if (files.size() != 1) throw UsageError("score which file? assay score OUTPUTS.h5");
  const std::vector<std::string> reports = all_values(*values, "output");
  Outputs outputs({reports.begin(), reports.end()});
  const std::vector<std::string> classes = all_values(*values, "class");
  check_classes(classes);

  const bool is_own = is_given_call(files[0]);
  CaseFiles read;
  fixtures::GivenOutputs given;
  if (is_own) {
    GivenCall call = read_given_call(files[0], console);
    read.cases.push_back(std::move(call.test_case));
    given = std::move(call.outputs);
  } else {
    read = read_known(*values);
  }
  for (const std::string& error : read.errors) console.note("assay: " + error);
  if (!read.errors.empty()) return bench_failed;
  const Selection selection{.filters = all_values(*values, "filter")};
  std::vector<CaseNames> names;
  for (const fixtures::Case& each : read.cases) names.push_back(names_of(each));
  check_filters(selection, names);

  if (!is_own) given = fixtures::read_given_outputs(files[0]);
  const std::string name = given.implementation.empty()
                               ? std::filesystem::path(files[0]).stem().string()
                               : reports::one_line(given.implementation);
  Score scored = score(given, read.cases, selection.pick(read.cases), classes, name,
                       rerun_prefix(*values, invocation, files[0]));
  reports::RunResult result;
  result.title = "outputs of " + name + ", computed elsewhere";
  result.command = invocation.words();
  result.fixtures = read.digest;
  result.environment = environment();
  result.started = utc_now();
  result.complete = true;
  reports::VariantInfo& info = result.variants.emplace_back();
  info.name = name;
  info.summary = "computed elsewhere; its speed is not known";
  result.warnings = read.warnings;
  for (const std::string& line : scored.extra)
    result.warnings.push_back("extra: " + reports::one_line(line));
  result.cases = std::move(scored.cases);

  for (const reports::CaseResult& each : result.cases) {
    if (!reports::is_failure(each.verdict)) continue;
    for (const std::string& line : failure_lines(each, result.clause_texts, console))
      console.line(line);
  }
  for (const std::string& line : scored.extra) console.line("extra  " + reports::one_line(line));
  bool failed = false;
  for (const std::string& line : outputs.finish(result)) {
    console.note("assay: " + line);
    failed = true;
  }
  console.line(fmt::format("{} calls given, {} not in the file, {} extra data sets",
                           result.cases.size() - scored.not_given, scored.not_given,
                           scored.extra.size()));
  console.line(console.bold(last_line(result)));
  if (failed) return bench_failed;
  const ExitCode code = exit_code_of(result, values->count("strict") > 0);
  return code == all_right && !scored.extra.empty() ? something_not_right : code;
}

}  // namespace assay::suites
