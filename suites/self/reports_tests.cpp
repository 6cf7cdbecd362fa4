// SPDX-License-Identifier: Apache-2.0
// The reports: what goes in comes out, foreign text acts nowhere, other people's files are read
// with suspicion.
#define BOOST_TEST_MODULE reports
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <filesystem>
#include <functional>
#include <limits>

#include "reports/csv.h"
#include "reports/escape.h"
#include "reports/files.h"
#include "reports/json.h"
#include "reports/junit.h"
#include "reports/markdown.h"
#include "reports/summary.h"
#include "suites/self/made_up_result.h"
#include "suites/self/well_formed.h"

using namespace assay::reports;
using namespace assay::self;

namespace {

/// What read_result says about `json`; empty if it accepts it.
std::string complaint(const std::string& json) {
  try {
    from_json(json, "old.json");
    return "";
  } catch (const ResultFileError& error) {
    return error.what();
  }
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  BOOST_REQUIRE_MESSAGE(at != std::string::npos, "nothing to replace: " << from);
  return text.replace(at, from.size(), to);
}

}  // namespace

BOOST_AUTO_TEST_CASE(json_gives_back_every_field) {
  RunResult result = made_up_result(40, 1);  // the one variant judges every case
  result.cases[0].outputs[0].got = std::numeric_limits<double>::quiet_NaN();
  result.cases[0].outputs[0].want = -std::numeric_limits<double>::infinity();
  result.cases[0].outputs[0].worst_share = std::numeric_limits<double>::infinity();
  result.cases[1].outputs[0].got = std::nextafter(0.1, 1);
  result.cases[1].outputs[0].budget = 5e-324;
  result.cases[2].outputs[0].elements = std::numeric_limits<std::int64_t>::max();
  const std::string json = to_json(result);
  const RunResult read = from_json(json, "results.json");
  BOOST_TEST(to_json(read) == json);
  BOOST_TEST(std::isnan(read.cases[0].outputs[0].got));
  BOOST_TEST(read.cases[0].outputs[0].want == result.cases[0].outputs[0].want);
  BOOST_TEST(read.cases[1].outputs[0].got == result.cases[1].outputs[0].got);
  BOOST_TEST(read.cases[1].outputs[0].budget == 5e-324);
  BOOST_TEST(read.cases[2].outputs[0].elements == result.cases[2].outputs[0].elements);
  BOOST_TEST(read.speed.size() == result.speed.size());
  BOOST_TEST(read.speed[0].seconds == result.speed[0].seconds);
  BOOST_TEST(read.clause_texts == result.clause_texts);
}

BOOST_AUTO_TEST_CASE(a_bad_result_file_is_refused_in_one_line_that_names_the_field) {
  const std::string good = to_json(made_up_result(4, 2));
  BOOST_TEST(complaint(good).empty());
  const struct {
    std::string from, to, says;
  } table[] = {
      {"\"schema_version\": 1", "\"schema_version\": 2", "schema_version: version 2"},
      {"\"schema_version\": 1", "\"schema_version\": \"1\"", "schema_version: a whole number"},
      {"\"schema_version\": 1,", "", "field \"schema_version\" is missing"},
      {"\"complete\": true", "\"complete\": 1", "complete: true or false"},
      {"\"complete\": true", "\"complete\": true, \"complete\": false",
       "\"complete\" stands twice"},
      {"\"verdict\": \"right\"", "\"verdict\": \"superb\"", "\"superb\" is none of"},
      {"\"worst_share\": ", "\"worst_share\": \"NaN\", \"was\": ",
       "outputs[0].worst_share: a number"},
      {"\"elements\": ", "\"elements\": -", "elements: a whole number"},
      {"\"elements\": ", "\"elements\": 1e3, \"was\": ", "elements: a whole number"},
      {"\"elements\": ", "\"elements\": 18446744073709551615, \"was\": ",
       "elements: a whole number"},
      {"\"beyond_budget\": 0", "\"beyond_budget\": 7", "although beyond_budget is 7"},
      {"\"variant\": \"plain\"", "\"variant\": \"pl\\u001bain\"",
       "cases[0].variant: a text of one line"},
      {"\"variant\": \"plain\"", "\"variant\": \"\"", "cases[0].variant: a text of one line"},
      {"\"variant\": \"plain\"", "\"variant\": null", "cases[0].variant: a text"},
      {"\"started\": ", "\"started\": 1e999, \"was\": ", "not a result file"},
      {"\"cases\": [", "\"cases\": {}, \"was\": [", "cases: a list is expected here, not {}"},
      {"\"environment\": {", "\"environment\": [], \"was\": {", "environment: an object"},
      {"\"threads\": 1", "\"threads\": 0", "threads: a whole number from 1"},
      {"\"low\": ", "\"low\": 1e9, \"was\": ", "low, middle and high"},
      {"\"limit_seconds\": ", "\"limit_seconds\": -1, \"was\": ",
       "limit_seconds: a number that is not"},
  };
  for (const auto& [from, to, says] : table) {
    const std::string what = complaint(replaced(good, from, to));
    BOOST_TEST(what.find("old.json: ") == 0u, what);
    BOOST_TEST(what.find(says) != std::string::npos, what << " should say: " << says);
    BOOST_TEST(what.find('\n') == std::string::npos, what);
    BOOST_TEST(what.size() < 400u, what);
  }
  for (const std::string& text :
       {std::string(), std::string("["), good.substr(0, good.size() / 2),
        std::string(1'000'000, '['), std::string("\0\0\0", 3), std::string("\xff\xfe{}"),
        std::string("[]"), std::string("{}")}) {
    BOOST_TEST(complaint(text).find("old.json: ") == 0u);
    BOOST_TEST(complaint(text).find('\n') == std::string::npos);
  }
}

BOOST_AUTO_TEST_CASE(a_file_that_praises_itself_is_not_believed) {
  RunResult result = made_up_result(2, 1);
  result.cases[0].verdict = Verdict::right;
  result.cases[0].outputs[0].verdict = Verdict::wrong;
  BOOST_TEST(complaint(to_json(result)).find("cases[0]: the verdict is right, although output") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_missing_result_file_is_named) {
  BOOST_CHECK_EXCEPTION(
      read_result("nowhere/results.json"), ResultFileError, [](const auto& error) {
        return std::string(error.what()).find("nowhere/results.json: cannot be read") == 0;
      });
  BOOST_CHECK_THROW(read_result(std::filesystem::temp_directory_path()), ResultFileError);
}

BOOST_AUTO_TEST_CASE(text_that_is_no_utf8_is_repaired) {
  BOOST_TEST(cleaned("a\xff"
                     "b\xc0\xaf\xed\xa0\x80"
                     "c\x1b\r\n\xc3\xa9") ==
             "a\xEF\xBF\xBD"
             "b\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"
             "c\xEF\xBF\xBD\n\xc3\xa9");
  BOOST_TEST(cleaned("ends \xe2\x82") == "ends \xEF\xBF\xBD\xEF\xBF\xBD");
}

BOOST_AUTO_TEST_CASE(junit_is_well_formed_and_ends_no_cdata) {
  for (const RunResult& result : {made_up_result(30, 4), hostile_result()}) {
    const std::string xml = to_junit(result);
    BOOST_TEST(is_well_formed(xml));
    BOOST_TEST(xml.find("]]>") == std::string::npos);
    BOOST_TEST(xml.find(script) == std::string::npos);
  }
  BOOST_TEST(!is_well_formed("<?xml?><a><b></a></b>"));
  BOOST_TEST(!is_well_formed("<?xml?><a b=\"<\"></a>"));
}

BOOST_AUTO_TEST_CASE(junit_counts_what_is_in_it) {
  const RunResult result = made_up_result(30, 4);
  const Counts counts = count(result);
  const std::string xml = to_junit(result);
  const std::size_t failures = counts[Verdict::imprecise] + counts[Verdict::wrong];
  // Four grades, one of which is claimed and broken.
  BOOST_TEST(xml.find("tests=\"" + std::to_string(counts.total() + 4) + "\" failures=\"" +
                      std::to_string(failures + 1) + "\" errors=\"" +
                      std::to_string(counts[Verdict::broken])) != std::string::npos);
}

BOOST_AUTO_TEST_CASE(junit_fails_a_grade_that_is_claimed_and_broken_and_no_other) {
  RunResult result;
  const auto grade = [](const char* op, bool claimed, std::int64_t calls, std::int64_t broken) {
    GradeResult made;
    made.variant = "mine";
    made.grade = "batch";
    made.op = op;
    made.claimed = claimed;
    made.calls = calls;
    made.broken = broken;
    made.rerun = std::string("assay run grades --filter ") + op;
    return made;
  };
  result.grades = {grade("linear", true, 5, 0), grade("softmax", true, 5, 2),
                   grade("rope", false, 5, 2), grade("lora", true, 0, 0)};
  const std::string xml = to_junit(result);
  BOOST_TEST(is_well_formed(xml));
  BOOST_TEST(xml.find("<testsuite name=\"mine.grades\" tests=\"4\" failures=\"1\" errors=\"0\" "
                      "skipped=\"2\"") != std::string::npos);
  BOOST_TEST(xml.find("name=\"linear batch\" time=\"0\"/>") != std::string::npos);
  BOOST_TEST(xml.find("claimed, broken in 2 of 5 calls\">") != std::string::npos);
  BOOST_TEST(xml.find("rerun: assay run grades --filter softmax</failure>") != std::string::npos);
  BOOST_TEST(xml.find("skipped message=\"not claimed, broken in 2 of 5 calls\"") !=
             std::string::npos);
  BOOST_TEST(xml.find("skipped message=\"not measured\"") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(markdown_lets_no_foreign_text_out_of_its_code) {
  const std::string text = to_markdown(hostile_result());
  BOOST_TEST(markdown_code("a|b`c") == "``a\\|b`c``");
  BOOST_TEST(markdown_block("```\nx") == "````text\n```\nx\n````\n");
  // The fences are longer than anything inside, so the script stands only in code.
  std::size_t at = 0;
  while ((at = text.find(script, at)) != std::string::npos) {
    const std::string before = text.substr(text.rfind('\n', at) + 1, at - text.rfind('\n', at) - 1);
    const bool in_span = before.find('`') != std::string::npos;
    const bool in_block =
        before.empty() || text.substr(0, at).rfind("````text\n") != std::string::npos;
    BOOST_TEST((in_span || in_block), before);
    ++at;
  }
}

BOOST_AUTO_TEST_CASE(csv_holds_no_formula_and_one_line_per_timing) {
  const RunResult result = hostile_result();
  const std::string csv = to_speed_csv(result);
  BOOST_TEST(std::count(csv.begin(), csv.end(), '\n') ==
             static_cast<std::ptrdiff_t>(result.speed.size() + 1));
  BOOST_TEST(csv.find(",=cmd") == std::string::npos);
  BOOST_TEST(csv_field("a\"b,c") == "\"a\"\"b,c\"");
}

BOOST_AUTO_TEST_CASE(csv_of_a_result_without_timings_is_of_its_grades) {
  RunResult result = made_up_result(10, 3);
  BOOST_TEST(to_csv(result) == to_speed_csv(result));
  result.speed.clear();
  const std::string csv = to_csv(result);
  BOOST_TEST(std::count(csv.begin(), csv.end(), '\n') == 4);
  BOOST_TEST(csv.find(",threads,linear,yes,12,1,0,\"linear/tokens-1 f32, 2 threads: SIGSEGV\",") !=
             std::string::npos);
  BOOST_TEST(csv.find(",threads,linear,yes,12,0,0,,") != std::string::npos);
  result.grades.clear();
  BOOST_TEST(to_csv(result) == to_speed_csv(result));
}

BOOST_AUTO_TEST_CASE(the_sentence_counts_what_is_not_right) {
  RunResult result = made_up_result(5, 2);
  for (CaseResult& each : result.cases) each.verdict = Verdict::right;
  BOOST_TEST(verdict_sentence(result) == "All 10 calls of 2 variants are right.");
  result.cases[0].verdict = Verdict::unsupported;
  BOOST_TEST(verdict_sentence(result) ==
             "All 9 calls of 2 variants are right; 1 call unsupported.");
  result.cases[1].verdict = Verdict::wrong;
  BOOST_TEST(verdict_sentence(result).find("1 of 9 calls are not right: ") == 0u);
  result.shard = {2, 3};
  BOOST_TEST(verdict_sentence(result).find("Part 2 of 3. 1 of 9 calls are not right: ") == 0u);
  result.shard = {};
  result.complete = false;
  BOOST_TEST(verdict_sentence(result).find("Stopped before its end. ") == 0u);
  BOOST_TEST(verdict_sentence(RunResult()) == "Stopped before its end. Nothing was judged.");
}

BOOST_AUTO_TEST_CASE(what_cannot_be_written_is_said_in_one_line) {
  const RunResult result = made_up_result(2, 1);
  const auto says = [](const std::string& words) {
    return [words](const ReportFileError& error) {
      return std::string(error.what()).find(words) != std::string::npos;
    };
  };
  BOOST_CHECK_EXCEPTION(write_report_file(result, "report.txt"), ReportFileError,
                        says("report.txt: no report has this extension"));
  BOOST_CHECK_EXCEPTION(check_report_file("nowhere/report.md"), ReportFileError,
                        says("there is no folder nowhere"));
  BOOST_CHECK_EXCEPTION(write_report_file(result, "nowhere/report.md"), ReportFileError,
                        says("No such file"));
  BOOST_CHECK_EXCEPTION(write_text_file("/dev/full", "text"), ReportFileError,
                        says("No space left"));
}
