// SPDX-License-Identifier: Apache-2.0
#include "suites/grades.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>

#include "suites/command_words.h"
#include "suites/grade_trial.h"

namespace assay::suites {
namespace {

using reports::GradeResult;

/// What a variant's calls came to, by grade and op, in the order of grades and then of cases.
class Ledger {
 public:
  Ledger(std::string variant, const std::string& claimed, std::string rerun_prefix)
      : variant_(std::move(variant)),
        claimed_(words_of(claimed)),
        rerun_(std::move(rerun_prefix)) {}

  void enter(const fixtures::Case& test_case, const GradeFinding& finding) {
    GradeResult& row = row_of(finding.grade, test_case.op);
    ++row.calls;
    row.comparisons += finding.comparisons;
    if (finding.broken) enter_break(row, *finding.broken);
  }

  /// A further comparison of a call that has been entered before.
  void enter_later(const fixtures::Case& test_case, const std::string& grade,
                   const std::optional<reports::GradeBreak>& broken) {
    GradeResult& row = row_of(grade, test_case.op);
    ++row.comparisons;
    if (broken) enter_break(row, *broken);
  }

  std::vector<GradeResult> rows() {
    std::vector<GradeResult> sorted;
    for (const char* grade : reports::grade_names)
      for (GradeResult& row : rows_)
        if (row.grade == grade) sorted.push_back(std::move(row));
    return sorted;
  }

 private:
  GradeResult& row_of(const std::string& grade, const std::string& op) {
    for (GradeResult& row : rows_)
      if (row.grade == grade && row.op == op) return row;
    GradeResult& row = rows_.emplace_back();
    row.variant = variant_;
    row.grade = grade;
    row.op = op;
    row.claimed = std::ranges::find(claimed_, grade) != claimed_.end();
    row.rerun = rerun_ + " --filter " + shell_quoted(op + "/*");
    return row;
  }

  void enter_break(GradeResult& row, const reports::GradeBreak& broken) {
    ++row.broken;
    if (row.first) return;
    row.first = broken;
    row.rerun = rerun_ + " --class " + broken.number_class + " --filter " +
                shell_quoted(row.op + "/" + broken.case_id);
  }

  std::string variant_;
  std::vector<std::string> claimed_;
  std::string rerun_;
  std::vector<GradeResult> rows_;
};

struct Job {
  const fixtures::Case* test_case;
  const NumberClass* number_class;
  std::vector<fixtures::Array> plain{};  // what the first worker gave
  bool holds = false;                    // `run`, there
};

/// A worker for each instruction set that the implementation lists and this processor has; none for
/// a variant that names its own.
std::vector<std::unique_ptr<WorkerProcess>> target_workers(const RunOptions& options,
                                                           const std::string& variant,
                                                           const Description& description,
                                                           std::vector<TargetWorker>& targets,
                                                           reports::RunResult& result) {
  std::vector<std::unique_ptr<WorkerProcess>> workers;
  const bool is_chosen = variant.find('@') != std::string::npos;
  for (const std::string& target : words_of(is_chosen ? "" : description.targets)) {
    try {
      workers.push_back(
          std::make_unique<WorkerProcess>(worker_options(options, variant + "@" + target)));
      targets.push_back({target, workers.back().get()});
    } catch (const WorkerError& error) {
      result.warnings.push_back(fmt::format("grade isa: {}", error.what()));
    }
  }
  return workers;
}

class VariantMeasurement {
 public:
  VariantMeasurement(const RunOptions& options, const std::string& typed, std::vector<Job>& jobs,
                     const GradeObserver& observer, reports::RunResult& result)
      : worker_(worker_options(options, typed)),
        name_(entered(typed, worker_.description(), result)),
        jobs_(jobs),
        observer_(observer),
        ledger_(name_, worker_.description().grades,
                options.rerun_prefix + " --variant " + shell_quoted(typed)) {
    target_workers_ = target_workers(options, typed, worker_.description(), trial_.targets, result);
  }

  /// False where it was stopped. What was measured by then is in the result.
  bool made(reports::RunResult& result) {
    const bool whole = in_one_worker() && in_a_fresh_worker();
    for (GradeResult& row : ledger_.rows()) result.grades.push_back(std::move(row));
    return whole;
  }

 private:
  static std::string entered(const std::string& typed, const Description& description,
                             reports::RunResult& result) {
    result.variants.push_back(variant_info(typed, description, result.variants));
    return result.variants.back().name;
  }

  bool goes_on(const Job& job, const char* where, std::size_t done) {
    if (observer_.stop()) return false;
    if (observer_.on_call) {
      observer_.on_call(fmt::format("{}  {} {}{}", name_, job.test_case->full_id(),
                                    job.number_class->name, where),
                        done, jobs_.size());
    }
    return true;
  }

  bool in_one_worker() {
    for (std::size_t n = 0; n < jobs_.size(); ++n) {
      Job& job = jobs_[n];
      if (!goes_on(job, "", n)) return false;
      trial_.between = jobs_[(n + 1) % jobs_.size()].test_case;
      GradeTrial trial = try_grades(*job.test_case, *job.number_class, trial_, worker_);
      job.holds = !trial.findings.empty() && !trial.findings.front().broken;
      job.plain = std::move(trial.plain.outputs);
      for (const GradeFinding& finding : trial.findings) ledger_.enter(*job.test_case, finding);
    }
    return true;
  }

  /// Where nothing is as it was: other addresses, and none of the calls before.
  bool in_a_fresh_worker() {
    worker_.restart();
    for (std::size_t n = jobs_.size(); n-- > 0;) {
      Job& job = jobs_[n];
      if (!goes_on(job, " in a fresh worker", jobs_.size() - n)) return false;
      if (job.holds) {
        const Answer again = ask(*job.test_case, *job.number_class, {}, worker_);
        ledger_.enter_later(*job.test_case, "run",
                            break_between(*job.test_case, std::string(job.number_class->name),
                                          "in a fresh worker", job.plain, again));
      }
      job.plain.clear();
    }
    return true;
  }

  WorkerProcess worker_;
  std::vector<std::unique_ptr<WorkerProcess>> target_workers_;
  std::string name_;
  std::vector<Job>& jobs_;
  const GradeObserver& observer_;
  GradeTrialOptions trial_;
  Ledger ledger_;
};

}  // namespace

void measure_grades(const std::vector<fixtures::Case>& cases, const RunOptions& options,
                    const GradeObserver& observer, reports::RunResult& result) {
  std::vector<Job> jobs;
  for (const fixtures::Case& each : cases) {
    for (const std::string& name : each.classes) {
      const bool is_wanted = options.classes.empty() ||
                             std::ranges::find(options.classes, name) != options.classes.end();
      if (is_wanted) jobs.push_back({&each, find_class(name)});
    }
  }
  for (const std::string& typed : options.variants) {
    if (!VariantMeasurement(options, typed, jobs, observer, result).made(result)) return;
  }
}

}  // namespace assay::suites
