// SPDX-License-Identifier: Apache-2.0
// The comparator and the judge against a table of wrong answers: none may pass.
#define BOOST_TEST_MODULE comparator
#include "suites/comparator.h"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "suites/elements.h"
#include "suites/judge.h"

namespace assay::suites {
namespace {

using reports::Verdict;

constexpr double inf = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double largest = std::numeric_limits<double>::max();

struct Row {
  const char* name;
  double got, want, budget, bound;
  Verdict verdict;
};

const Row table[] = {
    {"the same number", 1, 1, 0, 0, Verdict::right},
    {"exactly on the budget", 1.25, 1, 0.25, 1, Verdict::right},
    {"one ulp beyond the budget", std::nextafter(1.25, 2), 1, 0.25, 1, Verdict::imprecise},
    {"exactly on the bound", 2, 1, 0.25, 1, Verdict::imprecise},
    {"one ulp beyond the bound", std::nextafter(2.0, 3), 1, 0.25, 1, Verdict::wrong},
    {"below the golden, beyond the bound", -3, 1, 0.25, 1, Verdict::wrong},
    {"the sign flipped", -1, 1, 0.25, 1, Verdict::wrong},
    {"zero for a number", 0, 1, 0.25, 0.5, Verdict::wrong},
    {"-0 for 0", -0.0, 0, 0, 0, Verdict::right},
    {"0 for -0", 0, -0.0, 0, 0, Verdict::right},
    {"the smallest subnormal for 0", 5e-324, 0, 0, 0, Verdict::wrong},
    {"NaN for a number", nan, 1, 0.25, 1, Verdict::wrong},
    {"NaN for a number, infinite budget", nan, 1, inf, inf, Verdict::wrong},
    {"negative NaN for a number", -nan, 1, inf, inf, Verdict::wrong},
    {"a number for NaN", 1, nan, inf, inf, Verdict::wrong},
    {"NaN for NaN", nan, nan, 0, 0, Verdict::right},
    {"NaN for infinity", nan, inf, inf, inf, Verdict::wrong},
    {"infinity for NaN", inf, nan, inf, inf, Verdict::wrong},
    {"infinity for infinity", inf, inf, 0, 0, Verdict::right},
    {"-infinity for -infinity", -inf, -inf, 0, 0, Verdict::right},
    {"-infinity for infinity", -inf, inf, inf, inf, Verdict::wrong},
    {"infinity for a number, infinite budget", inf, 1, inf, inf, Verdict::wrong},
    {"a number for infinity, infinite budget", 1, inf, inf, inf, Verdict::wrong},
    {"the largest number for infinity", largest, inf, largest, largest, Verdict::wrong},
    {"an error that overflows", largest, -largest, 1, 2, Verdict::wrong},
    {"a NaN budget", 1.5, 1, nan, nan, Verdict::wrong},
    {"a bound below the budget", 1.25, 1, 0.25, 0, Verdict::right},
    {"an integer off by one", 7, 8, 0, 0, Verdict::wrong},
};

/// softmax with one output of 3 x 4: rows distinct, budget 1e-3, bound 1e-2.
fixtures::Case three_rows() {
  fixtures::Case test_case;
  test_case.id = "three-rows";
  test_case.op = "softmax";
  fixtures::Golden golden;
  golden.name = "probs";
  golden.want = fixtures::Array::zeros(DType::f64, {3, 4});
  for (int i = 0; i < 12; ++i) golden.want.as<double>()[i] = 1 + i * 0.5;
  fixtures::Tolerance tolerance;
  tolerance.budget.assign(12, 0x1p-10f);
  tolerance.bound.assign(12, 0x1p-7f);
  golden.tolerance["f32"] = tolerance;
  golden.tolerance["f64"] = tolerance;
  golden.tolerance["bf16"] = tolerance;
  test_case.outputs.push_back(golden);
  return test_case;
}

reports::OutputJudgement judged(const fixtures::Case& test_case, const std::vector<float>& got) {
  return judge_output(test_case, test_case.outputs[0], *find_class("f32"),
                      std::as_bytes(std::span(got)));
}

std::vector<float> golden_as_f32(const fixtures::Case& test_case) {
  const double* want = test_case.outputs[0].want.as<double>();
  return {want, want + test_case.outputs[0].want.count()};
}

BOOST_AUTO_TEST_CASE(every_wrong_answer_of_the_table_gets_its_verdict) {
  for (const Row& row : table) {
    const ElementJudgement judgement = judge(row.got, row.want, row.budget, row.bound);
    BOOST_TEST(static_cast<int>(judgement.verdict) == static_cast<int>(row.verdict), row.name);
    BOOST_TEST(!std::isnan(judgement.error), row.name << ": the error is never NaN");
  }
}

BOOST_AUTO_TEST_CASE(the_golden_itself_is_right) {
  const fixtures::Case test_case = three_rows();
  const auto judgement = judged(test_case, golden_as_f32(test_case));
  BOOST_TEST((judgement.verdict == Verdict::right));
  BOOST_TEST(judgement.worst_share == 0);
  BOOST_TEST(judgement.elements == 12);
}

BOOST_AUTO_TEST_CASE(whole_outputs_that_are_wrong_never_pass) {
  const fixtures::Case test_case = three_rows();
  const std::vector<float> want = golden_as_f32(test_case);
  const std::vector<float> zeros(12, 0.0f), nans(12, std::nanf("")), infinities(12, HUGE_VALF);
  std::vector<float> swapped = want;
  std::swap_ranges(swapped.begin(), swapped.begin() + 4, swapped.begin() + 4);
  for (const auto& [name, got] : {std::pair{"all zero", zeros},
                                  {"all NaN", nans},
                                  {"all infinite", infinities},
                                  {"swapped rows", swapped}}) {
    BOOST_TEST((judged(test_case, got).verdict == Verdict::wrong), name);
  }
  BOOST_TEST(judged(test_case, nans).beyond_budget == 12);
  BOOST_TEST(judged(test_case, swapped).beyond_budget == 8);
}

BOOST_AUTO_TEST_CASE(one_bad_element_is_found_wherever_it_stands) {
  fixtures::Case test_case = three_rows();
  const std::size_t count = 3000;  // several of the judge's runs, and a tail
  fixtures::Golden& golden = test_case.outputs[0];
  golden.want = fixtures::Array::zeros(DType::f64, {3, 1000});
  for (std::size_t i = 0; i < count; ++i) golden.want.as<double>()[i] = 1;
  golden.tolerance["f32"].budget.assign(count, 0x1p-10f);
  golden.tolerance["f32"].bound.assign(count, std::numeric_limits<float>::infinity());
  std::vector<float> almost(count, 1 + 0x1p-11f);
  for (const std::size_t where : {0ul, 1ul, 255ul, 256ul, 1001ul, 2815ul, 2816ul, 2999ul}) {
    for (const float bad : {1.01f, std::nanf(""), HUGE_VALF, -1.0f}) {
      std::vector<float> got = almost;
      got[where] = bad;
      const auto judgement = judged(test_case, got);
      BOOST_TEST((judgement.verdict != Verdict::right), where << " holds " << bad);
      BOOST_TEST(judgement.beyond_budget == 1);
      BOOST_TEST(judgement.worst_index[0] * 1000 + judgement.worst_index[1] ==
                 static_cast<std::int64_t>(where));
    }
  }
}

// The judge passes over long runs of dull elements without asking the comparator. It must never
// miss one that the comparator would not call right.
BOOST_AUTO_TEST_CASE(a_whole_output_is_judged_as_its_elements_one_by_one) {
  std::mt19937 random(7);
  const auto draw = [&](unsigned below) { return static_cast<unsigned>(random() % below); };
  const float budgets[] = {0x1p-10f, 0x1p-10f, 0x1p-8f, 0.0f, HUGE_VALF, std::nanf("")};
  const double wants[] = {1, -2, 0, 1e39, -1e39, inf, nan};
  const float gots[] = {1.0f, -2.0f, 0.0f, 1.001f, 1.002f, HUGE_VALF, -HUGE_VALF, std::nanf("")};
  fixtures::Case test_case = three_rows();
  fixtures::Golden& golden = test_case.outputs[0];
  golden.want = fixtures::Array::zeros(DType::f64, {1500});
  fixtures::Tolerance& tolerance = golden.tolerance["f32"];
  for (int round = 0; round < 300; ++round) {
    std::vector<float> got(1500, 1.0f);
    tolerance.budget.assign(1500, 0x1p-10f);
    tolerance.bound.assign(1500, 0x1p-9f);
    for (int i = 0; i < 1500; ++i) golden.want.as<double>()[i] = 1;
    got[draw(300)] = 1.0f + 0x1p-11f;  // the dull ones may come this near to their budget
    for (int special = 0; special < 3; ++special) {
      const std::size_t i = 300 + draw(1200);
      tolerance.budget[i] = budgets[draw(std::size(budgets))];
      tolerance.bound[i] = 2 * tolerance.budget[i];
      golden.want.as<double>()[i] = wants[draw(std::size(wants))];
      got[i] = gots[draw(std::size(gots))];
    }
    Verdict verdict = Verdict::right;
    std::int64_t beyond = 0;
    for (std::size_t i = 0; i < 1500; ++i) {
      const double want = static_cast<double>(static_cast<float>(golden.want.as<double>()[i]));
      const Verdict one = judge(got[i], want, tolerance.budget[i], tolerance.bound[i]).verdict;
      verdict = worse(verdict, one);
      beyond += one == Verdict::right ? 0 : 1;
    }
    const auto judgement = judged(test_case, got);
    BOOST_TEST((judgement.verdict == verdict));
    BOOST_TEST(judgement.beyond_budget == beyond);
  }
}

BOOST_AUTO_TEST_CASE(verdicts_are_ordered_from_right_to_broken) {
  using enum Verdict;
  const Verdict order[] = {right, unsupported, imprecise, wrong, broken};
  for (std::size_t i = 0; i < std::size(order); ++i) {
    for (std::size_t j = 0; j < std::size(order); ++j) {
      BOOST_TEST((worse(order[i], order[j]) == order[std::max(i, j)]));
    }
  }
}

BOOST_AUTO_TEST_CASE(nan_where_the_golden_is_nan_is_right_and_a_number_there_is_wrong) {
  fixtures::Case test_case = three_rows();
  test_case.outputs[0].want.as<double>()[5] = nan;
  std::vector<float> got = golden_as_f32(test_case);
  BOOST_TEST((judged(test_case, got).verdict == Verdict::right));
  got[5] = 0;
  BOOST_TEST((judged(test_case, got).verdict == Verdict::wrong));
}

BOOST_AUTO_TEST_CASE(a_golden_that_overflows_the_storage_type_counts_as_infinity) {
  fixtures::Case test_case = three_rows();
  test_case.outputs[0].want.as<double>()[5] = -1e39;
  std::vector<float> got = golden_as_f32(three_rows());
  got[5] = -HUGE_VALF;
  BOOST_TEST((judged(test_case, got).verdict == Verdict::right));
  got[5] = std::numeric_limits<float>::lowest();
  BOOST_TEST((judged(test_case, got).verdict == Verdict::wrong));
  // Half an ulp above the largest f32 rounds to infinity; just below it does not.
  const double edge = 0x1.ffffffp127;
  test_case.outputs[0].want.as<double>()[5] = std::nextafter(edge, 0);
  test_case.outputs[0].tolerance["f32"].budget[5] = 0x1p104f;
  got[5] = std::numeric_limits<float>::max();
  BOOST_TEST((judged(test_case, got).verdict == Verdict::right));
  test_case.outputs[0].want.as<double>()[5] = edge;
  BOOST_TEST((judged(test_case, got).verdict == Verdict::wrong));
}

BOOST_AUTO_TEST_CASE(the_worst_element_is_told_in_words_and_in_both_bases) {
  const fixtures::Case test_case = three_rows();
  std::vector<float> got = golden_as_f32(test_case);
  got[6] += 0x1p-9f;  // twice the budget
  const auto judgement = judged(test_case, got);
  BOOST_TEST((judgement.verdict == Verdict::imprecise));
  BOOST_TEST(judgement.worst_share == 2);
  BOOST_TEST(judgement.worst_share_of_bound == 0.25);
  BOOST_TEST(judgement.worst_index_text == "row 1, element 2");
  BOOST_TEST(judgement.got_text == "4.00195312 (0x1.002p+2)");
  BOOST_TEST(judgement.want_text == "4 (0x1p+2)");
}

BOOST_AUTO_TEST_CASE(sixteen_bit_outputs_are_read_as_bf16) {
  const fixtures::Case test_case = three_rows();
  std::vector<std::uint16_t> got;
  for (const float value : golden_as_f32(test_case)) got.push_back(bf16_from_f32(value));
  const auto judge_bf16 = [&] {
    return judge_output(test_case, test_case.outputs[0], *find_class("bf16"),
                        std::as_bytes(std::span(got)));
  };
  BOOST_TEST((judge_bf16().verdict == Verdict::right));
  got[11] ^= 1;
  BOOST_TEST((judge_bf16().verdict == Verdict::wrong));
}

BOOST_AUTO_TEST_CASE(integers_are_exact) {
  fixtures::Case test_case;
  test_case.op = "draw";
  test_case.outputs.resize(1);
  test_case.outputs[0].name = "token";
  test_case.outputs[0].want = fixtures::Array::zeros(DType::i64, {3});
  std::vector<std::int64_t> got(3, 0);
  const auto judge_tokens = [&] {
    return judge_output(test_case, test_case.outputs[0], *find_class("f32"),
                        std::as_bytes(std::span(got)));
  };
  BOOST_TEST((judge_tokens().verdict == Verdict::right));
  got[2] = 1;
  BOOST_TEST((judge_tokens().verdict == Verdict::wrong));
  BOOST_TEST(judge_tokens().worst_index_text == "row 2");
}

BOOST_AUTO_TEST_CASE(a_class_without_a_budget_is_refused) {
  fixtures::Case test_case = three_rows();
  test_case.outputs[0].tolerance.erase("f32");
  BOOST_CHECK_THROW(judged(test_case, golden_as_f32(test_case)), std::runtime_error);
}

}  // namespace
}  // namespace assay::suites
