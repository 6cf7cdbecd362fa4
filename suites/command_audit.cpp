// SPDX-License-Identifier: Apache-2.0
// assay audit: whether the suite itself is any good. It must reject every known mistake and accept
// every right implementation.
#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <thread>

#include "fixtures/whole_file.h"
#include "reports/audit_files.h"
#include "reports/audit_summary.h"
#include "reports/files.h"
#include "suites/audit.h"
#include "suites/audit_lines.h"
#include "suites/audit_plan.h"
#include "suites/case_files.h"
#include "suites/command_line.h"
#include "suites/commands.h"
#include "suites/earning.h"
#include "suites/environment.h"
#include "suites/exit_code.h"
#include "suites/fresh_cases.h"
#include "suites/interruption.h"
#include "suites/trap_recipes.h"

namespace assay::suites {

namespace po = boost::program_options;

namespace {

using Texts = std::vector<std::string>;

/// Recipes drawn anew in a full audit: every one that there is.
constexpr std::size_t every_recipe = 1'000'000;

/// How often a full audit draws every trap.
constexpr std::uint64_t trap_seeds = 4;

Syntax syntax() {
  const std::string cores = std::to_string(std::max(1u, std::thread::hardware_concurrency()));
  Syntax syntax;
  syntax.usage = "assay audit [OPTION]...";
  syntax.purpose =
      "Puts the suite on trial: it must reject every known mistake and accept every right\n"
      "implementation. Takes a sample, unless told otherwise.";
  syntax.options.add_options()("help,h", "this text")("full",
                                                      "every case, and fresh inputs for all")(
      "filter", po::value<Texts>()->composing()->value_name("..."),
      "cases: op/id, op, id or @clause, with * and ?; may be repeated")(
      "seed", po::value<std::string>()->default_value("1")->value_name("N"),
      "of the sample and of fresh inputs")(
      "fixtures", po::value<std::string>()->default_value("")->value_name("DIR"),
      "folder of the committed fixtures")(
      "processes", po::value<std::string>()->default_value(cores)->value_name("N"),
      "that try cases side by side")("check",
                                     "also fail where a case earns nothing, and where kills.tsv is "
                                     "contradicted")(
      "output,o", po::value<Texts>()->composing()->value_name("FILE"),
      "write the audit as .json, .html or .md, the rules as .svg, or the kill matrix as .tsv; may "
      "be repeated");
  return syntax;
}

/// The committed matrix; nothing where there is no file yet.
std::optional<KillMatrix> committed_matrix(const std::filesystem::path& folder) {
  const std::filesystem::path file = kill_matrix_file(folder);
  if (!std::filesystem::exists(file)) return std::nullopt;
  const std::vector<std::byte> bytes = fixtures::read_whole_file(file);
  return parse_kill_matrix({reinterpret_cast<const char*>(bytes.data()), bytes.size()},
                           file.string());
}

/// Said before a run rather than after it.
void check_output(const std::filesystem::path& file, bool full) {
  const std::string extension = file.extension().string();
  static constexpr std::string_view known[] = {".json", ".md", ".html", ".svg", ".tsv"};
  if (std::find(std::begin(known), std::end(known), extension) == std::end(known)) {
    throw UsageError("-o " + file.string() +
                     ": an audit is written as .json, .md or .html, its picture of the rules as "
                     ".svg, its kill matrix as .tsv");
  }
  if (extension == ".tsv" && !full)
    throw UsageError("-o " + file.string() + ": a kill matrix needs --full and no --filter");
  const auto folder = file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
  if (!std::filesystem::is_directory(folder))
    throw reports::ReportFileError(file.string() + ": there is no folder " + folder.string());
}

class AuditRun {
 public:
  AuditRun(const po::variables_map& values, const Invocation& invocation, Console& console)
      : console_(console),
        folder_(fixture_folder(values["fixtures"].as<std::string>())),
        full_(values.count("full") > 0),
        filtered_(values.count("filter") > 0),
        seed_(static_cast<std::uint64_t>(integer(values, "seed", 1, 1'000'000'000))),
        processes_(static_cast<int>(integer(values, "processes", 1, 1024))) {
    audit.title = full_ ? "full audit" : fmt::format("sampled audit, seed {}", seed_);
    audit.command = invocation.words();
    audit.environment = environment();
    audit.started = utc_now();
    audit.full = full_ && !filtered_;
    selection_.filters = all_values(values, "filter");
  }

  void hold() {
    const auto begin = std::chrono::steady_clock::now();
    read_cases();
    matrix_ = committed_matrix(folder_);
    draw_fresh();
    evidence_.defendants = defendants();
    const std::vector<CaseTrial> trials = all_trials();
    const Interruption interruption;
    const TrialOptions options{
        .processes = processes_,
        .on_case =
            [&](std::size_t done, std::size_t total) {
              console_.progress(fmt::format("tried {}/{} cases", done, total));
            },
        .stop = [&] { return interruption.wanted(); }};
    evidence_.outcomes = try_cases(trials, evidence_.defendants, options);
    console_.clear_progress();
    tally(evidence_, audit);
    if (filtered_) leave_out_unmet();
    if (audit.full) matrix_ = kill_matrix_of(evidence_);
    if (matrix_ && !filtered_) audit.case_findings = worth_of(cases_, *matrix_);
    audit.floors = floors_of(cases_);
    audit.complete = !interruption.wanted();
    audit.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  }

  /// What --check looks at beyond the last line.
  [[nodiscard]] Texts objections() const {
    Texts lines;
    const std::optional<KillMatrix> committed = committed_matrix(folder_);
    if (!committed) return {kill_matrix_file(folder_).string() + " is missing"};
    for (const std::string& line : contradictions(evidence_, *committed)) {
      lines.push_back("kills.tsv: " + line);
    }
    if (!lines.empty()) lines.push_back("write it anew: assay audit --full -o fixtures/kills.tsv");
    for (const reports::CaseFinding& each : audit.case_findings) {
      if (each.earns.empty()) lines.push_back(each.test_case + " earns nothing");
    }
    return lines;
  }

  void write(const std::filesystem::path& file) const {
    if (file.extension() != ".tsv") return reports::write_audit_file(audit, file);
    reports::write_text_file(file, text_of(kill_matrix_of(evidence_)));
  }

  reports::Audit audit;

 private:
  void draw_fresh() {
    fresh_ = fresh_cases(selection_, seed_, console_, full_ ? every_recipe : fresh_sample);
    if (!audit.full) return;
    for (const Texts& classes : {Texts{"f64", "f32"}, Texts{"f64", "f32", "bf16", "f16"}}) {
      for (std::uint64_t n = 0; n < trap_seeds; ++n) {
        for (fixtures::Case& each : drawn_cases(trap_recipes(classes), seed_ + n, console_))
          fresh_.push_back(std::move(each));
      }
    }
  }

  void read_cases() {
    CaseFiles files = read_committed(folder_);
    if (!files.errors.empty()) throw std::runtime_error(files.errors.front());
    std::vector<CaseNames> names;
    for (const fixtures::Case& each : files.cases) names.push_back(names_of(each));
    check_filters(selection_, names);
    cases_ = selection_.pick(std::move(files.cases));
  }

  std::vector<CaseTrial> all_trials() {
    const AuditPlan plan{full_ || filtered_, seed_, matrix_};
    std::vector<CaseTrial> trials = planned_trials(cases_, evidence_.defendants, plan);
    evidence_.committed = trials.size();
    audit.cases = static_cast<std::int64_t>(trials.size());
    audit.fresh_cases = static_cast<std::int64_t>(fresh_.size());
    for (CaseTrial& each : fresh_trials(fresh_)) trials.push_back(std::move(each));
    for (const CaseTrial& each : trials) evidence_.cases.push_back(each.test_case);
    return trials;
  }

  /// Where only some cases are tried, mistakes that none of them meets do not count.
  void leave_out_unmet() {
    for (const reports::MistakeFinding& each : audit.mistake_findings) {
      audit.mistakes -= each.proof.empty() && each.runs == 0;
    }
    std::erase_if(audit.mistake_findings, [](const auto& each) { return each.runs == 0; });
  }

  Console& console_;
  std::filesystem::path folder_;
  bool full_, filtered_;
  std::uint64_t seed_;
  int processes_;
  Selection selection_;
  std::vector<fixtures::Case> cases_, fresh_;
  std::optional<KillMatrix> matrix_;
  Evidence evidence_;
};

}  // namespace

int audit_command(const Invocation& invocation, Console& console) {
  std::string help;
  const auto values = parse(syntax(), invocation, help);
  if (!values) {
    console.line(help);
    return all_right;
  }
  const Texts files = all_values(*values, "output");
  const bool full = values->count("full") > 0 && values->count("filter") == 0;
  for (const std::string& file : files) check_output(file, full);
  AuditRun run(*values, invocation, console);
  run.hold();
  for (const std::string& line : audit_lines(run.audit)) console.line(line);
  for (const std::string& file : files) run.write(file);
  bool passed =
      run.audit.mistakes_caught == run.audit.mistakes && run.audit.right_runs_rejected == 0;
  if (values->count("check") > 0) {
    for (const std::string& line : run.objections()) {
      console.line(line);
      passed = false;
    }
  }
  if (!run.audit.complete) console.note("assay: interrupted; not everything was tried");
  console.line(console.bold("audit: " + reports::audit_sentence(run.audit)));
  if (!run.audit.complete) return bench_failed;
  return passed ? all_right : something_not_right;
}

}  // namespace assay::suites
