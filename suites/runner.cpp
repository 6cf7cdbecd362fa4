// SPDX-License-Identifier: Apache-2.0
#include "suites/runner.h"

#include <algorithm>
#include <memory>
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

bool is_path(const std::string& variant) {
  if (variants::catalogue_of(variant) != nullptr) return false;
  return variant.find('/') != std::string::npos || variant.find(".so") != std::string::npos;
}

/// A built-in variant is called as typed; a plug-in by the name that it gives itself, with its
/// target, or as typed if that name is taken.
std::string display_name(const std::string& typed, const std::string& given,
                         const std::vector<VariantInfo>& taken) {
  if (!is_path(typed)) return typed;
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

std::vector<Job> jobs_of(const std::vector<fixtures::Case>& cases, const RunOptions& options) {
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

WorkerOptions worker_options(const RunOptions& options, const std::string& variant) {
  WorkerOptions worker;
  worker.variant = variant;
  worker.executable = options.worker_executable;
  worker.wrapper = options.worker_wrapper;
  worker.time_limit = options.time_limit;
  return worker;
}

}  // namespace

void run_cases(const std::vector<fixtures::Case>& cases, const RunOptions& options,
               const RunObserver& observer, RunResult& result) {
  const std::vector<Job> jobs = jobs_of(cases, options);
  // Every name is tried before the first case, so that a misspelt last one costs no time.
  std::vector<std::unique_ptr<WorkerProcess>> workers;
  std::vector<std::string> names;
  for (const std::string& typed : options.variants) {
    auto worker = std::make_unique<WorkerProcess>(worker_options(options, typed));
    const Description& description = worker->description();
    VariantInfo info;
    info.name = display_name(typed, description.name, result.variants);
    info.version = description.version;
    info.summary = description.summary;
    info.grades = description.grades;
    info.target =
        info.name.find('@') == std::string::npos ? "" : info.name.substr(info.name.rfind('@') + 1);
    if (!description.warning.empty()) {
      result.warnings.push_back(info.name + ": " + description.warning);
    }
    names.push_back(info.name);
    result.variants.push_back(std::move(info));
    workers.push_back(std::move(worker));
  }

  const CaseRunOptions case_options{options.threads, options.dump};
  const std::size_t total = jobs.size() * workers.size();
  std::size_t done = 0;
  for (std::size_t v = 0; v < workers.size(); ++v) {
    Diagnosis diagnosis(case_options);
    for (const Job& job : jobs) {
      if (observer.stop && observer.stop()) return;
      CaseResult& judged =
          result.cases.emplace_back(named_result(job, names[v], options.variants[v], options));
      const std::vector<std::byte> departing =
          run_case(*job.test_case, *job.number_class, case_options, *workers[v], judged);
      diagnosis.explain(*job.test_case, *job.number_class, departing, *workers[v], judged);
      ++done;
      if (observer.on_case) observer.on_case(judged, done, total);
    }
    workers[v].reset();  // its threads must not disturb the next
  }
}

}  // namespace assay::suites
