// SPDX-License-Identifier: Apache-2.0
// assay compare: variants side by side on the same cases, or what changed between result files.
#include <algorithm>

#include "reports/comparison.h"
#include "reports/json.h"
#include "suites/command_judging.h"
#include "suites/command_timing.h"
#include "suites/commands.h"
#include "suites/exit_code.h"
#include "suites/outputs.h"
#include "suites/run_lines.h"

namespace assay::suites {

namespace po = boost::program_options;

namespace {

Syntax syntax() {
  Syntax syntax;
  syntax.usage = "assay compare A B [C]... [OPTION]...";
  syntax.purpose =
      "A, B, ... are variants (plain simd@avx2 ./libmine.so): all are judged on the same cases, "
      "and "
      "each\nis set beside A. Or they are result files (before.json after.json): what changed.";
  syntax.options.add_options()("help,h", "this text")(
      "suite", po::value<std::string>()->default_value("all"),
      "which cases; see: assay list suites")(
      "output,o", po::value<std::vector<std::string>>()->composing()->value_name("FILE"),
      "of variants: also write the results; .html .json .md .xml .csv choose the format");
  add_judging_options(syntax.options);
  add_timing_options(syntax.options);
  syntax.positional = {"variant"};
  syntax.last_repeats = true;
  syntax.afterword =
      "Exit code: 1 if a variant is not right, or if a verdict became worse from one file to "
      "another.";
  return syntax;
}

bool is_result_file(const std::string& name) { return name.ends_with(".json"); }

int compare_files(const std::vector<std::string>& files, Console& console) {
  const reports::RunResult before = reports::read_result(files[0]);
  bool is_worse = false;
  for (std::size_t i = 1; i < files.size(); ++i) {
    const reports::Comparison comparison =
        reports::compare(before, reports::read_result(files[i]), files[0], files[i]);
    console.line(reports::to_text(comparison));
    is_worse = is_worse || comparison.has_regression();
  }
  return is_worse ? something_not_right : all_right;
}

int compare_variants(const po::variables_map& values, const Invocation& invocation,
                     Console& console) {
  const std::vector<std::string> files = all_values(values, "output");
  Outputs outputs({files.begin(), files.end()});
  const Judging judging =
      judging_from(values, values["suite"].as<std::string>(), invocation, console);
  bool failed = false;
  const auto fail = [&](const std::string& line) {
    console.note("assay: " + line);
    failed = true;
  };
  for (const std::string& line : judging.errors) fail(line);
  reports::RunResult result;
  const bool finished = run_with_progress(
      judging, invocation, console,
      [&](const reports::CaseResult&, const reports::RunResult& so_far) {
        outputs.checkpoint(so_far);
      },
      result);
  const bool is_whole_suite =
      values["suite"].defaulted() && values["shard"].defaulted() && values.count("filter") == 0;
  const bool timed =
      !finished || !wants_timing(values, judging, is_whole_suite) ||
      time_with_progress(
          judging,
          manner_of(values, {.per_shape = std::chrono::seconds(2), .first_against_itself = true}),
          console, result);
  if (!finished || !timed) fail("interrupted; what was found so far is kept");
  // A plug-in has a name of its own, which is not the path that was typed.
  for (std::size_t i = 1; i < result.variants.size(); ++i)
    console.line(reports::to_text(
        reports::compare_variants(result, result.variants[0].name, result.variants[i].name)));
  for (const std::string& line : outputs.finish(result)) fail(line);
  for (const std::string& line : variant_lines(result)) console.line(line);
  console.line(console.bold(last_line(result)));
  return failed ? bench_failed : exit_code_of(result, false);
}

}  // namespace

int compare_command(const Invocation& invocation, Console& console) {
  std::string help;
  const auto values = parse(syntax(), invocation, help);
  if (!values) {
    console.line(help);
    return all_right;
  }
  const std::vector<std::string> names = all_values(*values, "variant");
  if (names.size() < 2) throw UsageError("compare needs two of a kind; usage: " + syntax().usage);
  const auto files = std::count_if(names.begin(), names.end(), is_result_file);
  if (files == static_cast<std::ptrdiff_t>(names.size())) return compare_files(names, console);
  if (files != 0) throw UsageError("a result file and a variant cannot be compared");
  return compare_variants(*values, invocation, console);
}

}  // namespace assay::suites
