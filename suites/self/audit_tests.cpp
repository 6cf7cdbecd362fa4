// SPDX-License-Identifier: Apache-2.0
// The trial of the suite is itself worth something: a crash costs one run, a mistake that nothing
// catches and a right run that is rejected are counted, a case that earns nothing is found, and the
// kill matrix is refused where it is damaged.
#define BOOST_TEST_MODULE audit
#include "suites/audit.h"

#include <signal.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>

#include "fixtures/detection_floor.h"
#include "suites/audit_plan.h"
#include "suites/earning.h"
#include "suites/judge.h"
#include "suites/self/linear_case.h"
#include "variants/mistakes/mistakes.h"
#include "variants/plain/plain.h"

namespace {

using namespace assay;
using namespace assay::suites;
using reports::Verdict;

const assay_implementation& plain() { return *variants::plain_implementation(); }

int32_t crash(const assay_call*, void*) {
  raise(SIGSEGV);
  return ASSAY_OK;
}
int32_t hang(const assay_call*, void*) {
  for (;;) pause();
}
int32_t refuse(const assay_call*, void*) { return ASSAY_UNSUPPORTED; }
int32_t double_everything(const assay_call* call, void* prepared) {
  const int32_t status = plain().run(call, prepared);
  const DLTensor& y = call->outputs[0].dl;
  for (std::int64_t i = 0; i < y.shape[0] * y.shape[1]; ++i) static_cast<float*>(y.data)[i] *= 2;
  return status;
}

assay_implementation running(int32_t (*run)(const assay_call*, void*)) {
  assay_implementation implementation = plain();
  implementation.run = run;
  return implementation;
}

struct Court {
  std::vector<fixtures::Case> cases = {self::linear_case("one", 4), self::linear_case("two", 7)};
  assay_implementation crashes = running(crash), hangs = running(hang), refuses = running(refuse),
                       doubles = running(double_everything);
  Evidence evidence;

  Court() {
    evidence.defendants = {{"right", &plain(), false},   {"crashes", &crashes, false},
                           {"hangs", &hangs, false},     {"refuses", &refuses, false},
                           {"doubles", &doubles, false}, {"right too", &plain(), false}};
    for (const fixtures::Case& each : cases) evidence.cases.push_back(&each);
    evidence.committed = cases.size();
  }

  void try_all() {
    std::vector<CaseTrial> trials = fresh_trials(cases);
    evidence.outcomes =
        try_cases(trials, evidence.defendants, {.processes = 2, .seconds_per_run = 1});
  }

  [[nodiscard]] Verdict verdict_on(std::uint32_t trial, const std::string& defendant) const {
    for (const Outcome& each : evidence.outcomes) {
      if (each.trial == trial && evidence.defendants[each.defendant].name == defendant)
        return each.verdict;
    }
    throw std::runtime_error(defendant + " was not tried");
  }
};

/// The name of a mistake that counts, by its place among those that do.
std::string mistake(std::size_t n) {
  for (const variants::Mistake& each : variants::mistakes()) {
    if (each.proof.empty() && n-- == 0) return std::string(each.name);
  }
  throw std::runtime_error("so many mistakes there are not");
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_crash_or_a_hang_costs_one_run) {
  Court court;
  court.try_all();
  BOOST_TEST(court.evidence.outcomes.size() == 12U);
  for (const std::uint32_t trial : {0U, 1U}) {
    BOOST_TEST((court.verdict_on(trial, "right") == Verdict::right));
    BOOST_TEST((court.verdict_on(trial, "crashes") == Verdict::broken));
    BOOST_TEST((court.verdict_on(trial, "hangs") == Verdict::broken));
    BOOST_TEST((court.verdict_on(trial, "refuses") == Verdict::unsupported));
    BOOST_TEST((court.verdict_on(trial, "doubles") == Verdict::wrong));
    BOOST_TEST((court.verdict_on(trial, "right too") == Verdict::right));
  }
}

BOOST_AUTO_TEST_CASE(rejected_right_runs_and_escaped_mistakes_are_counted) {
  Court court;
  court.try_all();
  court.evidence.defendants[4] = {mistake(0), &court.doubles, true};
  court.evidence.defendants[5] = {mistake(1), &plain(), true};
  reports::Audit audit;
  tally(court.evidence, audit);
  BOOST_TEST(audit.mistakes == 2);
  BOOST_TEST(audit.mistakes_caught == 1);
  BOOST_TEST(audit.right_runs == 6);  // what is unsupported is not a run
  BOOST_TEST(audit.right_runs_rejected == 4);
  BOOST_TEST(audit.rejected.size() == 4U);
  BOOST_TEST(audit.mistake_findings[0].caught_by.size() == 2U);
  BOOST_TEST(audit.mistake_findings[1].caught == 0);
  const KillMatrix matrix = kill_matrix_of(court.evidence);
  BOOST_TEST(matrix.cases[1].second.contains(mistake(0)));
  BOOST_TEST(!matrix.cases[1].second.contains(mistake(1)));
  BOOST_TEST(contradictions(court.evidence, matrix).empty());
  KillMatrix other = matrix;
  other.cases[0].second = {mistake(1)};
  BOOST_TEST(contradictions(court.evidence, other).size() == 2U);
  other.mistakes.pop_back();
  BOOST_TEST(contradictions(court.evidence, other).size() == 2U);  // one it does not have
}

BOOST_AUTO_TEST_CASE(a_matrix_is_read_as_it_was_written) {
  KillMatrix matrix;
  for (const char* name : {"a", "b", "c", "d", "e"}) matrix.mistakes.emplace_back(name);
  matrix.cases = {
      {"linear/one", {"a", "c", "d", "e"}}, {"linear/two", {}}, {"linear/three", {"a"}}};
  const std::string text = text_of(matrix);
  BOOST_TEST(text.find("linear/one\t4\t1,3-5\tonly 3-5\n") != std::string::npos);
  const KillMatrix again = parse_kill_matrix(text, "kills.tsv");
  BOOST_TEST((again.cases == matrix.cases));
  BOOST_TEST(again.mistakes == matrix.mistakes);
}

BOOST_AUTO_TEST_CASE(a_damaged_matrix_is_refused_with_its_line) {
  const std::string good = text_of({{"a", "b"}, {{"linear/one", {"a", "b"}}}});
  const auto refused = [&](const std::string& from, const std::string& to) {
    std::string text = good;
    text.replace(text.find(from), from.size(), to);
    BOOST_CHECK_EXCEPTION(parse_kill_matrix(text, "kills.tsv"), std::runtime_error,
                          [](const std::runtime_error& error) {
                            return std::string(error.what()).starts_with("kills.tsv:");
                          });
  };
  refused("kill matrix 1", "kill matrix 2");
  refused("mistake\t2", "mistake\t3");
  refused("one\t2", "one\t3");
  refused("one\t2", "one\tx");
  refused("1-2", "1-9");
  BOOST_CHECK_THROW(parse_kill_matrix("", "kills.tsv"), std::runtime_error);
}

BOOST_AUTO_TEST_CASE(a_case_earns_its_place_or_is_named) {
  std::vector<fixtures::Case> cases = {
      self::linear_case("catches", 4), self::linear_case("first-of-its-clause", 4),
      self::linear_case("longer", 9), self::linear_case("the-same-again", 4)};
  cases[1].clauses = {"linear.bias"};
  KillMatrix matrix;
  matrix.mistakes = {"a", "b"};
  matrix.cases = {{"linear/catches", {"a", "b"}}, {"linear/the-same-again", {"a"}}};
  const auto worth = worth_of(cases, matrix);
  BOOST_TEST(worth[0].earns == "catches a first");
  BOOST_TEST(worth[0].caught_only_here == std::vector<std::string>{"b"});
  BOOST_TEST(worth[1].earns == "decides linear.bias first");
  BOOST_TEST(worth[2].earns.starts_with("covers first: "));
  BOOST_TEST(worth[3].earns == "");
  BOOST_TEST(worth[3].caught == 1);
}

BOOST_AUTO_TEST_CASE(a_detection_floor_is_where_errors_begin_to_be_caught) {
  const fixtures::Case test_case = self::linear_case("floor", 4);
  const auto floor = fixtures::detection_floor(test_case, "f32");
  BOOST_TEST_REQUIRE(floor.has_value());
  const fixtures::Golden& y = test_case.outputs[0];
  const auto verdict_where_all_are = [&](double factor) {
    std::vector<float> got;
    for (std::size_t i = 0; i < y.want.count(); ++i)
      got.push_back(static_cast<float>(factor * y.want.as<double>()[i]));
    return judge_output(test_case, y, *find_class("f32"), std::as_bytes(std::span(got))).verdict;
  };
  // The goldens are small whole numbers, so the float nearest to the product is near enough.
  BOOST_TEST((verdict_where_all_are(1 + 0.9 * floor->uniform) == Verdict::right));
  BOOST_TEST((verdict_where_all_are(1 + 1.1 * floor->uniform) != Verdict::right));
  BOOST_TEST(floor->uniform < floor->single_element);
}

BOOST_AUTO_TEST_CASE(a_sample_has_every_mistake_meet_a_case_that_catches_it) {
  std::vector<fixtures::Case> cases;
  for (int n = 0; n < 60; ++n) cases.push_back(self::linear_case("case-" + std::to_string(n), 4));
  AuditPlan plan;
  plan.matrix = KillMatrix{{"a", "b"}, {{"linear/case-7", {"a"}}, {"linear/case-8", {"b"}}}};
  const std::vector<Defendant> defendants = {
      {"a", &plain(), true}, {"b", &plain(), true}, {"way", &plain(), false}};
  const auto concerned = [&](const std::vector<CaseTrial>& trials, std::size_t d) {
    std::set<std::string> ids;
    for (const CaseTrial& each : trials) {
      if (each.concerns(defendants[d])) ids.insert(each.test_case->id);
    }
    return ids;
  };
  for (plan.seed = 1; plan.seed < 5; ++plan.seed) {
    const auto trials = planned_trials(cases, defendants, plan);
    BOOST_TEST(trials.size() < cases.size());
    BOOST_TEST(concerned(trials, 0).contains("case-7"));
    BOOST_TEST(concerned(trials, 1).contains("case-8"));
    BOOST_TEST(concerned(trials, 2).size() > 3U);
  }
  plan.full = true;
  BOOST_TEST(concerned(planned_trials(cases, defendants, plan), 1).size() == cases.size());
}
