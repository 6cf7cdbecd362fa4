// SPDX-License-Identifier: Apache-2.0
// What is said about failures: the pattern of the errors, and the clause to look at first.
#define BOOST_TEST_MODULE diagnosis
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <filesystem>
#include <functional>

#include "suites/dump.h"
#include "suites/pattern.h"
#include "suites/suspects.h"

namespace assay::suites {
namespace {

using reports::Verdict;

/// attention with an output of batch 2, 3 heads, 4 queries, 8 channels, all elements distinct.
fixtures::Case attention_case() {
  fixtures::Case test_case;
  test_case.id = "made-up";
  test_case.op = "attention";
  fixtures::Golden golden;
  golden.name = "out";
  golden.want = fixtures::Array::zeros(DType::f64, {2, 3, 4, 8});
  const std::size_t count = golden.want.count();
  for (std::size_t i = 0; i < count; ++i) {
    golden.want.as<double>()[i] = std::sin(static_cast<double>(i) + 1);
  }
  golden.tolerance["f64"] = {std::vector<float>(count, 1e-9f), std::vector<float>(count, 1e-8f),
                             true};
  test_case.outputs.push_back(golden);
  return test_case;
}

struct Index {
  int b, h, i, d;
};

/// The patterns of an output that `change` makes from the golden.
std::string seen(const std::function<double(double, Index)>& change) {
  const fixtures::Case test_case = attention_case();
  const fixtures::Golden& golden = test_case.outputs[0];
  std::vector<double> got;
  for (int flat = 0; flat < 192; ++flat) {
    const Index index{flat / 96, flat / 32 % 3, flat / 8 % 4, flat % 8};
    got.push_back(change(golden.want.as<double>()[flat], index));
  }
  std::string text;
  for (const std::string& line :
       patterns(test_case, golden, *find_class("f64"), std::as_bytes(std::span(got)))) {
    text += (text.empty() ? "" : "; ") + line;
  }
  return text;
}

BOOST_AUTO_TEST_CASE(each_pattern_of_errors_has_its_words) {
  BOOST_TEST(seen([](double want, Index) { return want; }) == "");
  BOOST_TEST(seen([](double, Index) { return 0.0; }) == "all zero");
  BOOST_TEST(seen([](double, Index) { return std::nan(""); }) == "NaN everywhere");
  BOOST_TEST(seen([](double want, Index) { return -want; }) == "the sign is flipped");
  BOOST_TEST(seen([](double want, Index) { return 0.25 * want; }) ==
             "too small by a constant factor: got = 0.25 * want");
  BOOST_TEST(seen([](double want, Index) { return want - 0.5; }) ==
             "off by a constant: got = want - 0.5");
  BOOST_TEST(seen([](double want, Index at) { return at.h == 1 ? want * want : want; }) ==
             "only head 1 (of 3)");
  BOOST_TEST(seen([](double want, Index at) { return at.d >= 6 ? want * want : want; }) ==
             "only the last 2 of 8 along the axis of channel");
  BOOST_TEST(seen([](double want, Index at) { return at.d % 2 ? want * want : want; }) ==
             "only odd indices along the axis of channel");
  BOOST_TEST(seen([](double want, Index at) { return at.b + at.i == 4 ? want * want : want; }) ==
             "only batch 1 (of 2); only query 3 (of 4)");
  BOOST_TEST(seen([](double want, Index at) {
               return at.b + at.h + at.i + at.d == 0 ? want + 1 : want;
             }) == "a single element");
  BOOST_TEST(seen([](double want, Index at) {
               return at.h == 2 && at.d == 0 ? std::nan("") : want;
             }) == "NaN in 8 of 192 elements; only head 2 (of 3); only channel 0 (of 8)");
}

BOOST_AUTO_TEST_CASE(a_row_that_belongs_elsewhere_is_recognised) {
  const fixtures::Case test_case = attention_case();
  const double* want = test_case.outputs[0].want.as<double>();
  int flat = 0;
  const auto second_query_gets_the_third = [&](double own, Index at) {
    const double other = want[std::min(flat + 8, 191)];
    ++flat;
    return at.i == 1 ? other : own;
  };
  BOOST_TEST(seen(second_query_gets_the_third) ==
             "batch 0, head 0, query 1 holds what belongs to batch 0, head 0, query 2; "
             "only query 1 (of 4)");
}

reports::CaseResult result(std::vector<std::string> clauses, Verdict verdict,
                           const std::string& variant = "simd") {
  reports::CaseResult made;
  made.variant = variant;
  made.clauses = std::move(clauses);
  made.verdict = verdict;
  return made;
}

BOOST_AUTO_TEST_CASE(the_clause_whose_own_cases_fail_is_named_first) {
  using enum Verdict;
  // The map of heads is wrong: every case with fewer key/value heads fails, whatever it is about.
  const std::vector<reports::CaseResult> cases = {
      result({"kv-head", "attention"}, wrong),
      result({"kv-head", "scale"}, wrong),
      result({"causal", "kv-head"}, wrong),
      result({"causal"}, right),
      result({"causal", "scale"}, right),
      result({"window", "kv-head"}, imprecise),
      result({"scale"}, right),
      result({"attention"}, right),
      result({"softcap", "kv-head"}, broken),
      result({"softcap", "kv-head"}, unsupported),
      result({"scale"}, wrong, "another variant"),
  };
  const std::vector<Suspect> list = suspects(cases, "simd");
  BOOST_REQUIRE(list.size() == 5u);
  BOOST_TEST(list[0].clause == "kv-head");
  BOOST_TEST(list[0].failing == 4);
  BOOST_TEST(list[0].judged == 4);
  BOOST_TEST(list[0].score > list[1].score);
  reports::RunResult run;
  run.variants = {{"simd", "", "", "", ""}, {"plain", "", "", "", ""}};
  run.cases = cases;
  const std::vector<std::string> lines = suspect_lines(run);
  BOOST_REQUIRE(lines.size() == 1u);
  BOOST_TEST(
      lines[0].starts_with("simd: look at kv-head (4 of 4 cases that decide it fail), then"));
}

BOOST_AUTO_TEST_CASE(nothing_is_suspected_where_nothing_fails) {
  BOOST_TEST(suspects({result({"scale"}, Verdict::right)}, "simd").empty());
}

BOOST_AUTO_TEST_CASE(an_output_that_is_not_right_is_written_to_a_file) {
  const fixtures::Case test_case = attention_case();
  reports::CaseResult names;
  names.variant = "./mine.so";
  names.op = "attention";
  names.case_id = "made-up";
  const auto folder = std::filesystem::temp_directory_path() / "assay-dump-test";
  const auto file = dump_output(folder, names, test_case, test_case.outputs[0], *find_class("f64"),
                                test_case.outputs[0].want.bytes);
  BOOST_TEST(file.filename() == "._mine.so-attention-made-up-f64-out.h5");
  BOOST_TEST(std::filesystem::file_size(file) > 192 * 8u);
  std::filesystem::remove_all(folder);
  BOOST_CHECK_THROW(dump_output("/proc/no-such-folder", names, test_case, test_case.outputs[0],
                                *find_class("f64"), test_case.outputs[0].want.bytes),
                    std::runtime_error);
}

}  // namespace
}  // namespace assay::suites
