// SPDX-License-Identifier: Apache-2.0
// assay compare: variants side by side on the same cases, or what changed between result files.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "reports/comparison.h"
#include "reports/figures.h"
#include "reports/files.h"
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
      "of variants: also write the results, .html .json .xml .csv .svg choose the format; or the "
      "comparison, .md; may be repeated")(
      "fail-if-slower", po::value<std::string>()->value_name("5%"),
      "exit with 1 if a shape is slower by more, beyond the noise");
  add_judging_options(syntax.options);
  add_timing_options(syntax.options);
  syntax.positional = {"variant"};
  syntax.last_repeats = true;
  syntax.afterword =
      "Exit code: 1 if a variant is not right, if a verdict became worse from one file to another, "
      "or if\n--fail-if-slower says so.";
  return syntax;
}

bool is_result_file(const std::string& name) { return name.ends_with(".json"); }

/// The share of "5%" or "5"; nothing where it was not asked for.
std::optional<double> slowness_from(const po::variables_map& values) {
  if (values.count("fail-if-slower") == 0) return std::nullopt;
  std::string text = values["fail-if-slower"].as<std::string>();
  if (text.ends_with('%')) text.pop_back();
  double percents = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), percents);
  if (error != std::errc() || end != text.data() + text.size() || !(percents >= 0))
    throw UsageError("--fail-if-slower takes a percentage such as 5%, not '" +
                     values["fail-if-slower"].as<std::string>() + "'");
  return percents / 100;
}

/// Shows comparisons, and keeps what they say for the files and the exit code.
class Findings {
 public:
  Findings(const po::variables_map& values, Console& console)
      : slowness_(slowness_from(values)), console_(console) {
    for (const std::string& file : all_values(values, "output")) {
      reports::check_report_file(file);
      (file.ends_with(".md") ? markdown_files_ : result_files_).push_back(file);
    }
  }

  void add(const reports::Comparison& comparison) {
    console_.line(reports::to_text(comparison));
    if (const std::string warning = reports::warning_of(comparison); !warning.empty())
      console_.note("assay: warning: " + warning);
    if (!markdown_.empty()) markdown_ += "\n";
    markdown_ += reports::to_markdown(comparison);
    is_worse_ = is_worse_ || comparison.has_regression();
    if (!slowness_ || !comparison.is_slower_by(*slowness_)) return;
    console_.note(fmt::format("assay: {} is slower than {} by more than {}", comparison.after_name,
                              comparison.before_name, reports::percent(*slowness_)));
    is_slower_ = true;
  }
  /// Throws ReportFileError.
  void write() const {
    for (const std::string& file : markdown_files_) reports::write_text_file(file, markdown_);
  }
  [[nodiscard]] bool is_worse() const { return is_worse_; }
  [[nodiscard]] bool is_slower() const { return is_slower_; }
  [[nodiscard]] const std::vector<std::string>& result_files() const { return result_files_; }

 private:
  std::optional<double> slowness_;
  Console& console_;
  std::vector<std::string> markdown_files_, result_files_;
  std::string markdown_;
  bool is_worse_ = false, is_slower_ = false;
};

int compare_files(const std::vector<std::string>& files, const po::variables_map& values,
                  Console& console) {
  Findings findings(values, console);
  if (!findings.result_files().empty())
    throw UsageError("of result files only the comparison is written: -o FILE.md");
  const reports::RunResult before = reports::read_result(files[0]);
  for (std::size_t i = 1; i < files.size(); ++i)
    findings.add(reports::compare(before, reports::read_result(files[i]), files[0], files[i]));
  findings.write();
  return findings.is_worse() || findings.is_slower() ? something_not_right : all_right;
}

int compare_variants(const po::variables_map& values, const Invocation& invocation,
                     Console& console) {
  Findings findings(values, console);
  Outputs outputs({findings.result_files().begin(), findings.result_files().end()});
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
    findings.add(
        reports::compare_variants(result, result.variants[0].name, result.variants[i].name));
  findings.write();
  for (const std::string& line : outputs.finish(result)) fail(line);
  for (const std::string& line : variant_lines(result)) console.line(line);
  console.line(console.bold(last_line(result)));
  if (failed) return bench_failed;
  return findings.is_slower() ? something_not_right : exit_code_of(result, false);
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
  if (files == static_cast<std::ptrdiff_t>(names.size()))
    return compare_files(names, *values, console);
  if (files != 0) throw UsageError("a result file and a variant cannot be compared");
  return compare_variants(*values, invocation, console);
}

}  // namespace assay::suites
