// SPDX-License-Identifier: Apache-2.0
// The suite `grades`: an implementation that holds all grades keeps them, each mistake breaks the
// one grade that it is about, and the parts that calls are rebuilt from are what they should be.
#define BOOST_TEST_NO_MAIN
#define BOOST_TEST_ALTERNATIVE_INIT_API
#include "suites/grades.h"

#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <set>
#include <string_view>

#include "reports/grades.h"
#include "suites/chunking.h"
#include "suites/grade_lines.h"
#include "suites/own_case.h"
#include "suites/rebatching.h"
#include "suites/sampled_check.h"
#include "suites/worker.h"

namespace assay::suites {
namespace {

fixtures::Case made(const std::string& text, const std::string& id) {
  fixtures::CaseRecipe recipe = own_recipe(text, {"f32"});
  recipe.id = id;
  return without_answers(recipe);
}

/// What is measured: two lengths of sums, of which the first is longer than the last in its last
/// vector, and tokens that can come in parts.
std::vector<fixtures::Case> cases() {
  return {made("linear tokens=5 d_in=55 d_out=7", "odd"),
          made("cached_attention batch=2 n_heads=3 n_kv_heads=3 seq_len=7 capacity=12 head_dim=9 "
               "v_head_dim=5 cache_len=2",
               "seven"),
          made("linear tokens=6 d_in=50 d_out=3", "even")};
}

reports::RunResult measured(const char* mistake) {
  setenv("UNSTEADY", mistake, 1);
  RunOptions options;
  options.variants = {UNSTEADY_LIBRARY};
  options.rerun_prefix = "assay run grades";
  reports::RunResult result;
  const std::vector<fixtures::Case> given = cases();
  measure_grades(given, options, {.on_call = {}}, result);
  return result;
}

std::set<std::string> broken_grades(const reports::RunResult& result) {
  std::set<std::string> grades;
  for (const reports::GradeResult& each : result.grades)
    if (each.broken > 0) grades.insert(each.grade);
  return grades;
}

/// The first break of a grade.
reports::GradeBreak first_break(const reports::RunResult& result) {
  for (const reports::GradeResult& each : result.grades)
    if (each.first) return *each.first;
  return {};
}

const std::vector<std::int64_t>& ids(const fixtures::Array& array, std::vector<std::int64_t>& out) {
  out.assign(array.as<std::int64_t>(), array.as<std::int64_t>() + array.count());
  return out;
}

}  // namespace

BOOST_AUTO_TEST_CASE(an_implementation_without_fault_holds_every_grade) {
  const reports::RunResult result = measured("");
  BOOST_TEST(broken_grades(result).empty());
  for (const reports::GradeStanding& each : reports::standings(result))
    BOOST_TEST(reports::words_of(each) == "held", each.grade);
  BOOST_TEST(exit_code_of_grades(result) == all_right);
}

BOOST_AUTO_TEST_CASE(every_mistake_is_caught_and_named_by_its_grade) {
  const std::pair<const char*, const char*> mistakes[] = {{"a-part-per-thread", "threads"},
                                                          {"as-they-arrive", "run"},
                                                          {"split-where-rows-are-few", "batch"},
                                                          {"prefill-adds-newest-first", "chunk"},
                                                          {"peeled-to-alignment", "align"},
                                                          {"target-adds-backwards", "isa"},
                                                          {"stale-padding", "run"},
                                                          {"counted", "run"},
                                                          {"tuned-to-the-first-shape", "run"}};
  for (const auto& [mistake, grade] : mistakes) {
    const reports::RunResult result = measured(mistake);
    const std::set<std::string> broken = broken_grades(result);
    BOOST_TEST(broken.size() == 1u, mistake);
    BOOST_TEST(broken.contains(grade), mistake);
    BOOST_TEST(exit_code_of_grades(result) == something_not_right, mistake);
    const reports::GradeBreak first = first_break(result);
    BOOST_TEST(first.reason == "");
    BOOST_TEST(first.first_text != first.other_text);
    BOOST_TEST(first.elements > 0);
  }
}

BOOST_AUTO_TEST_CASE(a_sum_in_the_order_of_arrival_shows_among_threads_that_are_held_up) {
  BOOST_TEST(first_break(measured("as-they-arrive")).way.find("held up at random") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(what_the_first_call_of_a_process_decides_shows_in_a_fresh_worker) {
  BOOST_TEST(first_break(measured("tuned-to-the-first-shape")).way == "in a fresh worker");
}

BOOST_AUTO_TEST_CASE(a_broken_grade_says_where_and_how_to_see_it_again) {
  const reports::RunResult result = measured("split-where-rows-are-few");
  const Console console(stdout, stderr);
  for (const reports::GradeResult& each : result.grades) {
    if (each.broken == 0) continue;
    const std::string line = broken_line(each, console);
    BOOST_TEST(line.starts_with("broken  unsteady batch linear: 2 of 2 calls; linear/odd f32, "
                                "entry 0 alone: y at token 0, channel "),
               line);
    BOOST_TEST(line.ends_with("--class f32 --filter linear/odd"), line);
  }
}

BOOST_AUTO_TEST_CASE(an_entry_alone_keeps_its_own_rows_and_all_weights) {
  const fixtures::Case whole = made("embedding tokens=4 vocab_size=9 d_model=2", "four");
  const fixtures::Case alone = with_rows(whole, {2});
  std::vector<std::int64_t> all, one;
  BOOST_TEST(ids(alone.inputs.at("ids"), one).size() == 1u);
  BOOST_TEST(one[0] == ids(whole.inputs.at("ids"), all)[2]);
  for (const auto& [name, array] : whole.inputs)
    if (name != "ids") BOOST_TEST((alone.inputs.at(name).bytes == array.bytes), name);
  BOOST_TEST((alone.outputs[0].want.shape == Shape{1, 2}));
}

BOOST_AUTO_TEST_CASE(no_company_is_the_batch_as_it_stands_and_none_comes_twice) {
  for (const std::int64_t batch : {1, 2, 3, 7, 40}) {
    std::set<std::vector<std::int64_t>> seen;
    for (const Company& each : companies(batch)) {
      BOOST_TEST(seen.insert(each.rows).second, each.words);
      for (const std::int64_t row : each.rows) BOOST_TEST((row >= 0 && row < batch));
    }
    BOOST_TEST(seen.size() >= 6u);
  }
}

BOOST_AUTO_TEST_CASE(parts_of_a_call_hand_the_cache_on_and_count_its_tokens) {
  const fixtures::Case whole = cases()[1];
  std::vector<std::int64_t> lengths, parts, scratch;
  const Answer all = in_chunks(whole, 3, [&](const fixtures::Case& part) {
    Answer answer;
    lengths.push_back(ids(part.inputs.at("cache_len"), scratch)[0]);
    parts.push_back(part.inputs.at("q").shape[2]);
    for (const fixtures::Golden& each : part.outputs)
      answer.outputs.push_back(fixtures::Array::zeros(DType::f32, each.want.shape));
    return answer;
  });
  BOOST_TEST((lengths == std::vector<std::int64_t>{2, 5, 8}));
  BOOST_TEST((parts == std::vector<std::int64_t>{3, 3, 1}));
  BOOST_TEST((all.outputs[0].shape == Shape{2, 3, 7, 5}));
}

BOOST_AUTO_TEST_CASE(a_token_that_may_look_ahead_comes_in_no_parts) {
  fixtures::Case prefixed = made("decoder batch=1 seq_len=4", "prefix");
  BOOST_TEST(chunkable(prefixed).has_value());
  prefixed.inputs["prefix_lengths"] = fixtures::Array::zeros(DType::i64, {1});
  BOOST_TEST(!chunkable(prefixed).has_value());
}

}  // namespace assay::suites

int main(int argc, char** argv) {
  if (argc > 1 && std::string_view(argv[1]) == "worker") {
    return assay::suites::worker_main(argc, argv);
  }
  return boost::unit_test::unit_test_main([] { return true; }, argc, argv);
}
