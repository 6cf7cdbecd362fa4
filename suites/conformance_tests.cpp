// SPDX-License-Identifier: Apache-2.0
// The conformance suite for those who live in Boost.Test: one test per case and built-in variant,
// labelled with the clauses that it decides (--run_test=@attention.kv-head). Judges through the
// runner, so that no variant's code runs in this process.
#define BOOST_TEST_NO_MAIN
#define BOOST_TEST_ALTERNATIVE_INIT_API
#include <boost/test/unit_test.hpp>
#include <cstdio>
#include <memory>
#include <string_view>

#include "reports/summary.h"
#include "suites/case_files.h"
#include "suites/runner.h"
#include "suites/worker.h"
#include "variants/list.h"

namespace {

namespace ut = boost::unit_test;
using assay::fixtures::Case;
using assay::suites::RunOptions;
using assay::suites::WorkerProcess;

constexpr unsigned seconds_per_test = 300;

/// The worker of the variant whose tests are run: one for all of them, as in `assay run`. A test
/// that was cut short by its time-out leaves none behind.
class Workers {
 public:
  std::unique_ptr<WorkerProcess> take(const RunOptions& options, const std::string& variant) {
    if (worker_ != nullptr && variant_ == variant) return std::move(worker_);
    worker_.reset();  // its threads must not disturb the next
    return std::make_unique<WorkerProcess>(worker_options(options, variant));
  }
  void give_back(std::unique_ptr<WorkerProcess> worker, const std::string& variant) {
    worker_ = std::move(worker);
    variant_ = variant;
  }

 private:
  std::unique_ptr<WorkerProcess> worker_;
  std::string variant_;
};

void judge(const Case& test_case, const std::string& variant, Workers& workers) {
  RunOptions options;
  options.rerun_prefix = "assay run";
  std::unique_ptr<WorkerProcess> worker = workers.take(options, variant);
  const auto results = judge_case(test_case, variant, options, *worker);
  workers.give_back(std::move(worker), variant);
  BOOST_TEST(!results.empty());
  for (const assay::reports::CaseResult& each : results) {
    BOOST_TEST(!assay::reports::is_failure(each.verdict),
               each.number_class << ": " << assay::reports::name_of(each.verdict) << " "
                                 << each.reason << "\n"
                                 << each.diagnosis << "; rerun: " << each.rerun);
    if (each.verdict == assay::reports::Verdict::unsupported)
      BOOST_TEST_MESSAGE(each.number_class << ": unsupported: " << each.reason);
  }
}

void add_op(ut::test_suite& parent, const std::string& variant, std::string_view op,
            const std::shared_ptr<const std::vector<Case>>& cases,
            const std::shared_ptr<Workers>& workers) {
  ut::test_suite* suite = BOOST_TEST_SUITE(std::string(op));
  parent.add(suite);
  for (const Case& each : *cases) {
    if (each.op != op) continue;
    ut::test_case* test =
        ut::make_test_case([&each, variant, cases, workers] { judge(each, variant, *workers); },
                           each.id, __FILE__, __LINE__);
    for (const std::string& clause : each.clauses) test->add_label(clause);
    suite->add(test, 0, seconds_per_test);  // add() alone would take the time-out away
  }
}

/// The tree variant / op / case.
bool register_cases() {
  assay::suites::CaseFiles read = assay::suites::read_committed(assay::suites::fixture_folder(""));
  for (const std::string& error : read.errors) std::fprintf(stderr, "assay: %s\n", error.c_str());
  if (!read.errors.empty() || read.cases.empty()) return false;
  const auto cases = std::make_shared<const std::vector<Case>>(std::move(read.cases));
  const auto workers = std::make_shared<Workers>();
  for (const assay::variants::BuiltIn& variant : assay::variants::built_in()) {
    ut::test_suite* suite = BOOST_TEST_SUITE(std::string(variant.name));
    ut::framework::master_test_suite().add(suite);
    for (const assay::OpSchema& op : assay::schema::ops)
      add_op(*suite, std::string(variant.name), op.name, cases, workers);
  }
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc > 1 && std::string_view(argv[1]) == "worker")
    return assay::suites::worker_main(argc, argv);
  return ut::unit_test_main(register_cases, argc, argv);
}
