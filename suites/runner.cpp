// SPDX-License-Identifier: Apache-2.0
#include "suites/runner.h"

#include <algorithm>
#include <memory>
#include <span>
#include <stdexcept>

#include "suites/case_run.h"
#include "suites/command_words.h"
#include "suites/diagnosis.h"
#include "suites/extents.h"
#include "suites/worker_process.h"
#include "variants/list.h"

namespace assay::suites {
namespace {

using reports::CaseResult;
using reports::RunResult;
using reports::VariantInfo;

/// A built-in variant is called as typed; a plug-in by the name that it gives itself, with its
/// target, or as typed if that name is taken.
std::string display_name(const std::string& typed, const std::string& given,
                         const std::vector<VariantInfo>& taken) {
  if (!variants::is_path(typed)) return typed;
  const std::size_t at = typed.rfind('@');
  const bool has_target = at != std::string::npos && typed.find('/', at) == std::string::npos;
  const std::string name = has_target ? given + typed.substr(at) : given;
  const bool is_taken =
      std::ranges::any_of(taken, [&](const VariantInfo& info) { return info.name == name; });
  return is_taken ? typed : name;
}

bool wanted(const RunOptions& options, const std::string& number_class) {
  return options.classes.empty() ||
         std::ranges::find(options.classes, number_class) != options.classes.end();
}

struct Job {
  const fixtures::Case* test_case;
  const NumberClass* number_class;
};

std::vector<Job> jobs_of(std::span<const fixtures::Case> cases, const RunOptions& options) {
  std::vector<Job> jobs;
  for (const fixtures::Case& each : cases) {
    for (const std::string& name : each.classes) {
      if (!wanted(options, name)) continue;
      const NumberClass* number_class = find_class(name);
      if (number_class == nullptr) {
        throw std::runtime_error(each.full_id() + ": class '" + name +
                                 "' is unknown; generate the fixture again");
      }
      jobs.push_back({&each, number_class});
    }
  }
  return jobs;
}

CaseResult named_result(const Job& job, const std::string& variant, const std::string& typed,
                        const RunOptions& options) {
  CaseResult result;
  result.variant = variant;
  result.op = job.test_case->op;
  result.case_id = job.test_case->id;
  result.number_class = job.number_class->name;
  result.clauses = job.test_case->clauses;
  result.suites = job.test_case->suites;
  result.longest_sum = longest_sum(*job.test_case, *job.number_class);
  result.rerun = options.rerun_prefix + " --variant " + shell_quoted(typed) + " --class " +
                 result.number_class + " --filter " + shell_quoted(job.test_case->full_id());
  return result;
}

/// Throws WorkerError where the worker died and cannot be started again.
void judge(const Job& job, const CaseRunOptions& options, WorkerProcess& worker,
           Diagnosis& diagnosis, CaseResult& judged) {
  const std::vector<std::byte> departing =
      run_case(*job.test_case, *job.number_class, options, worker, judged);
  diagnosis.explain(*job.test_case, *job.number_class, departing, worker, judged);
}

}  // namespace

WorkerOptions worker_options(const RunOptions& options, const std::string& variant) {
  WorkerOptions worker;
  worker.variant = variant;
  worker.executable = options.worker_executable;
  worker.wrapper = options.worker_wrapper;
  worker.time_limit = options.time_limit;
  worker.memory_limit = options.memory_limit;
  return worker;
}

VariantInfo variant_info(const std::string& typed, const Description& description,
                         const std::vector<VariantInfo>& taken) {
  constexpr std::size_t longest = 500;
  VariantInfo info;
  info.name = display_name(typed, description.name, taken);
  info.version = description.version.substr(0, longest);
  info.summary = description.summary.substr(0, longest);
  info.grades = description.grades.substr(0, longest);
  info.target =
      info.name.find('@') == std::string::npos ? "" : info.name.substr(info.name.rfind('@') + 1);
  return info;
}

void run_cases(const std::vector<fixtures::Case>& cases, const RunOptions& options,
               const RunObserver& observer, RunResult& result) {
  const std::vector<Job> jobs = jobs_of(cases, options);
  std::vector<std::unique_ptr<WorkerProcess>> workers;
  std::vector<std::string> typed_names, names;
  std::string not_loaded;
  for (const std::string& typed : options.variants) {
    try {
      auto worker = std::make_unique<WorkerProcess>(worker_options(options, typed));
      result.variants.push_back(variant_info(typed, worker->description(), result.variants));
      names.push_back(result.variants.back().name);
      for (const std::string& warning : worker->description().warnings)
        result.warnings.push_back(names.back() + ": " + warning);
      result.variants.back().typed = typed;
      typed_names.push_back(typed);
      workers.push_back(std::move(worker));
    } catch (const WorkerError& error) {
      not_loaded += (not_loaded.empty() ? "" : "; ") + std::string(error.what());
    }
  }
  if (!not_loaded.empty()) result.warnings.push_back("not judged: " + not_loaded);

  const CaseRunOptions case_options{options.threads, options.dump};
  const std::size_t total = jobs.size() * workers.size();
  std::size_t done = 0;
  for (std::size_t v = 0; v < workers.size(); ++v) {
    Diagnosis diagnosis(case_options);
    for (const Job& job : jobs) {
      if (observer.stop && observer.stop()) return;
      CaseResult& judged =
          result.cases.emplace_back(named_result(job, names[v], typed_names[v], options));
      try {
        judge(job, case_options, *workers[v], diagnosis, judged);
      } catch (const WorkerError& error) {
        // It did start once; without it the rest of its cases stays open, and the others go on.
        const std::string line = names[v] + ": cannot be started again: " + error.what();
        result.warnings.push_back(line);
        not_loaded += (not_loaded.empty() ? "" : "; ") + line;
        break;
      }
      ++done;
      if (observer.on_case) observer.on_case(judged, done, total);
    }
    std::ranges::find(result.variants, names[v], &VariantInfo::name)->threads_kept =
        workers[v]->most_threads_left();
    for (const auto& [what, where] : workers[v]->remarks())
      result.warnings.push_back(names[v] + ": " + what + " (first: " + where + ")");
    workers[v].reset();  // its threads must not disturb the next
  }
  if (!not_loaded.empty()) throw WorkerError(not_loaded);
}

std::vector<CaseResult> judge_case(const fixtures::Case& test_case, const std::string& variant,
                                   const RunOptions& options, WorkerProcess& worker) {
  const CaseRunOptions case_options{options.threads, options.dump};
  Diagnosis diagnosis(case_options);
  std::vector<CaseResult> results;
  for (const Job& job : jobs_of({&test_case, 1}, options)) {
    results.push_back(named_result(job, variant, variant, options));
    judge(job, case_options, worker, diagnosis, results.back());
  }
  return results;
}

}  // namespace assay::suites
