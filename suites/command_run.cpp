// SPDX-License-Identifier: Apache-2.0
// assay run: judges implementations on a suite and says what is not right, why, and how to see it
// again.
#include "reports/files.h"
#include "reports/summary.h"
#include "suites/command_generation.h"
#include "suites/command_grades.h"
#include "suites/command_judging.h"
#include "suites/command_timing.h"
#include "suites/commands.h"
#include "suites/exit_code.h"
#include "suites/outputs.h"
#include "suites/run_lines.h"
#include "suites/slow_kernels.h"
#include "suites/suspects.h"

namespace assay::suites {

namespace po = boost::program_options;

namespace {

Syntax syntax() {
  Syntax syntax;
  syntax.usage = "assay run [SUITE] [OPTION]...";
  syntax.purpose =
      "Judges implementations on a suite (all, if none is named; see: assay list suites). Without "
      "--variant\nand --plugin, every built-in variant.";
  syntax.options.add_options()("help,h", "this text")(
      "variant", po::value<std::vector<std::string>>()->composing()->value_name("NAME"),
      "a built-in variant, perhaps with a target: simd@avx2; may be repeated")(
      "plugin", po::value<std::vector<std::string>>()->composing()->value_name("FILE"),
      "an implementation: a shared library, or a Python file; may be repeated");
  add_judging_options(syntax.options);
  add_timing_options(syntax.options);
  syntax.options.add_options()(
      "output,o", po::value<std::vector<std::string>>()->composing()->value_name("FILE"),
      "write the results; .html .json .md .xml .csv .svg choose the format; may be repeated")(
      "texts", po::value<std::string>()->default_value("1000")->value_name("N"),
      "of the suite generation: how many are written in each arrangement")(
      "strict", "count unsupported as not right")("verbose,v", "a line for every case");
  syntax.positional = {"suite"};
  syntax.afterword =
      "Exit code: 0 all judged right, 1 something is not, 2 the command is wrong, 3 the bench "
      "could\nnot do its job, 4 nothing was judged.";
  return syntax;
}

void show_end(const reports::RunResult& result, const RunOptions& options, Console& console) {
  for (const std::string& line : unsupported_lines(result, options.rerun_prefix, console))
    console.line(line);
  for (const std::string& line : suspect_lines(result)) console.line(line);
  for (const std::string& line : reports::likeness_lines(result)) console.line(line);
  for (const std::string& line : speed_lines(result)) console.line(line);
  for (const std::string& line : variant_lines(result)) console.line(line);
  console.line(console.bold(last_line(result)));
}

}  // namespace

int run_command(const Invocation& invocation, Console& console) {
  std::string help;
  const auto values = parse(syntax(), invocation, help);
  if (!values) {
    console.line(help);
    return all_right;
  }
  const std::vector<std::string> words = all_values(*values, "suite");
  const bool verbose = values->count("verbose") > 0;
  const std::vector<std::string> files = all_values(*values, "output");
  Outputs outputs({files.begin(), files.end()});
  const Judging judging =
      judging_from(*values, words.empty() ? "all" : words[0], invocation, console);
  if (!words.empty() && words[0] == "grades")
    return run_grades(judging, invocation, outputs, console);
  if (!words.empty() && words[0] == "generation")
    return run_generation(judging, integer(*values, "texts", 1, 1'000'000), invocation, outputs,
                          console);
  bool failed = false;
  const auto fail = [&](const std::string& line) {
    console.note("assay: " + line);
    failed = true;
  };
  for (const std::string& line : judging.errors) fail(line);
  for (const std::string& line : judging.warnings) console.note("assay: warning: " + line);

  // Figures belong to a run of everything and to a shape of one's own.
  const bool is_whole_suite = (words.empty() || words[0] == "all") &&
                              values->count("filter") + values->count("fixture") +
                                      values->count("fresh") + values->count("model") ==
                                  0 &&
                              (*values)["shard"].defaulted();
  reports::RunResult result;
  const auto on_case = [&](const reports::CaseResult& each, const reports::RunResult& so_far) {
    if (reports::is_failure(each.verdict)) {
      for (const std::string& line : failure_lines(each, so_far.clause_texts, console))
        console.line(line);
    } else if (verbose) {
      console.line(console.painted(each.verdict) + "  " + each.variant + " " +
                   reports::full_id(each) + " " + each.number_class);
    }
    outputs.checkpoint(so_far);
  };
  try {
    if (!run_with_progress(judging, invocation, console, on_case, result) ||
        (wants_timing(*values, judging, is_whole_suite) &&
         !time_with_progress(judging, manner_of(*values, {}), console, result)))
      fail("interrupted; what was found so far is kept");
  } catch (const std::exception& error) {  // what was found so far is still written
    fail(error.what());
  }
  for (const std::string& line : slow_kernel_lines(result)) {
    console.note("assay: warning: " + line);
    result.warnings.push_back(line);
  }
  for (const std::string& line : outputs.finish(result)) fail(line);
  show_end(result, judging.options, console);
  if (failed) return bench_failed;
  return exit_code_of(result, values->count("strict") > 0);
}

}  // namespace assay::suites
