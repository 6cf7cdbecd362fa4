// SPDX-License-Identifier: Apache-2.0
// Several results as one: shards come together whole, and what does not belong together is refused
// in one line that says what to do.
#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

#include "reports/json.h"
#include "reports/merging.h"
#include "suites/self/made_up_result.h"

using namespace assay::reports;
using namespace assay::self;

namespace {

/// Part `number` of `of` of a run of 30 cases by two variants, under the name "s<number>.json".
NamedResult shard(int number, int of) {
  RunResult whole = made_up_result(30, 2), part = whole;
  part.shard = {number, of};
  part.command = {"assay", "run", "all", "--shard", std::to_string(number) + "/2"};
  part.cases.clear();
  part.speed.clear();
  for (std::size_t i = 0; i < whole.cases.size(); ++i)
    if (i / 2 % static_cast<std::size_t>(of) == static_cast<std::size_t>(number - 1))
      part.cases.push_back(whole.cases[i]);
  return {"s" + std::to_string(number) + ".json", part};
}

std::string refusal(const std::vector<NamedResult>& parts) {
  try {
    merged(parts);
    return "";
  } catch (const ResultFileError& error) {
    return error.what();
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(shards_in_any_order_make_the_same_whole) {
  const RunResult one = merged({shard(1, 2), shard(2, 2)});
  const RunResult other = merged({shard(2, 2), shard(1, 2)});
  BOOST_TEST(one.cases.size() == 60u);
  BOOST_TEST(one.shard.of == 1);
  BOOST_TEST(one.variants.size() == 2u);
  BOOST_TEST(one.title == "suite all, 2 variants");
  RunResult same = other;
  same.command = one.command;  // that of the file named first
  BOOST_TEST(to_json(same) == to_json(one));
}

BOOST_AUTO_TEST_CASE(runs_of_several_variants_come_together) {
  NamedResult a{"a.json", made_up_result(10, 1)}, b = a;
  b.name = "b.json";
  for (VariantInfo& each : b.result.variants) each.name = "other";
  for (CaseResult& each : b.result.cases) each.variant = "other";
  for (SpeedResult& each : b.result.speed) each.variant = "other";
  for (GradeResult& each : b.result.grades) each.variant = "other";
  for (GenerationResult& each : b.result.generations) each.variant = "other";
  const RunResult all = merged({a, b});
  BOOST_TEST(all.cases.size() == 20u);
  BOOST_TEST(all.variants.size() == 2u);
}

BOOST_AUTO_TEST_CASE(grades_and_generated_texts_come_along_and_only_once) {
  NamedResult one = shard(1, 2), other = shard(2, 2);
  for (NamedResult* each : {&one, &other}) {
    GradeResult grade;
    grade.variant = "plain";
    grade.grade = "threads";
    grade.op = "linear";
    each->result.grades = {grade};
    GenerationResult texts;
    texts.variant = "plain";
    texts.model = "decoder";
    each->result.generations = {texts};
  }
  const RunResult all = merged({one, other});
  BOOST_TEST(all.grades.size() == 2u);
  BOOST_TEST(all.generations.size() == 2u);
  NamedResult a{"a.json", RunResult()};
  a.result.grades = one.result.grades;
  NamedResult b = a;
  b.name = "b.json";
  BOOST_TEST(refusal({a, b}).find("b.json: the grade threads of plain in linear") == 0u);
}

BOOST_AUTO_TEST_CASE(what_does_not_belong_together_is_refused) {
  BOOST_TEST(refusal({shard(1, 2), shard(2, 2)}).empty());
  BOOST_TEST(
      refusal({shard(1, 2)}) ==
      "s1.json: shard 2/2 is not among the files; name it as well, or make it: assay run all "
      "--shard 2/2");
  NamedResult again = shard(1, 2);
  again.name = "copy.json";
  BOOST_TEST(refusal({shard(1, 2), again, shard(2, 2)}) ==
             "copy.json: shard 1/2, as is s1.json; name each part once");
  BOOST_TEST(refusal({shard(1, 2), shard(2, 3)}) ==
             "s2.json: part 2 of 3, but s1.json is one of 2; name the parts of one division");

  NamedResult old = shard(2, 2);
  old.result.fixtures = "sha256 8";
  BOOST_TEST(refusal({shard(1, 2), old}).find("s2.json: judged other fixtures (sha256 8) than") ==
             0u);
  old.result.fixtures.clear();
  BOOST_TEST(refusal({shard(1, 2), old}).find("does not say which") != std::string::npos);

  const NamedResult whole{"whole.json", made_up_result(5, 1)};
  NamedResult twice = whole;
  twice.name = "twice.json";
  const CaseResult& first = whole.result.cases[0];
  BOOST_TEST(refusal({whole, twice}) == "twice.json: plain " + first.op + "/" + first.case_id +
                                            " [" + first.number_class +
                                            "] is in whole.json already; name each result once");
  twice.result.cases.clear();
  BOOST_TEST(refusal({whole, twice}).find("twice.json: the timing of plain linear") == 0u);
}
