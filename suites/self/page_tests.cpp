// SPDX-License-Identifier: Apache-2.0
// index.html: complete without script, safe against foreign text, self-contained.
#include <boost/test/unit_test.hpp>
#include <string>

#include "reports/escape.h"
#include "reports/html.h"
#include "reports/roofline.h"
#include "reports/summary.h"
#include "suites/self/made_up_result.h"

using namespace assay::reports;
using namespace assay::self;

namespace {

std::size_t occurrences(const std::string& text, const std::string& word) {
  std::size_t number = 0;
  for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1))
    ++number;
  return number;
}

/// The page from its first element to the data of the plots: what is there without script.
std::string without_script(const std::string& page) {
  return page.substr(0, page.find("<script type=\"application/json\""));
}

/// The page without D3, whose own text is not ours.
std::string without_d3(std::string page) {
  const std::size_t start = page.find("<script>// https://d3js.org");
  BOOST_REQUIRE(start != std::string::npos);
  return page.erase(start, page.find("</script>", start) - start);
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_page_shows_each_failure_without_script) {
  const RunResult result = made_up_result(200, 4);
  const std::string page = without_script(to_html(result));
  std::size_t failures = 0;
  for (const CaseResult& each : result.cases) {
    if (!is_failure(each.verdict)) continue;
    ++failures;
    const std::string id =
        fragment(each.variant + "-" + each.op + "-" + each.case_id + "-" + each.number_class);
    BOOST_TEST(occurrences(page, "id=\"failure-" + id + "\"") == 1u, id);
    BOOST_TEST(page.find(markup_escaped(each.rerun)) != std::string::npos);
    BOOST_TEST(page.find(markup_escaped(each.reason)) != std::string::npos);
    BOOST_TEST(page.find(markup_escaped(each.diagnosis)) != std::string::npos);
  }
  BOOST_TEST(failures > 10u);
  BOOST_TEST(occurrences(page, "<details class=\"failure\"") == failures);
  BOOST_TEST(page.find(markup_escaped(verdict_sentence(result))) != std::string::npos);
  for (const char* id : {"scoreboard", "support", "suites", "failures", "unsupported", "accuracy",
                         "sums", "tradeoff", "comparison", "ablation", "speed", "growth", "clauses",
                         "cases", "machine", "method"})
    BOOST_TEST(occurrences(page, "<section id=\"" + std::string(id) + "\"") == 1u, id);
}

BOOST_AUTO_TEST_CASE(foreign_text_is_no_markup_in_the_page) {
  const std::string page = to_html(hostile_result());
  BOOST_TEST(page.find(script) == std::string::npos);
  BOOST_TEST(page.find("\x1b") == std::string::npos);
  BOOST_TEST(page.find("\xff") == std::string::npos);
  const std::string data = page.substr(without_script(page).size());
  BOOST_TEST(data.find("\xE2\x80\xA8") == std::string::npos);  // U+2028 ends a line of script
  constexpr std::size_t scripts = 10;                          // the data, D3 and ours
  BOOST_TEST(occurrences(page, "<script") == scripts);
  BOOST_TEST(occurrences(page, "</script>") == scripts);
  BOOST_TEST(page.find("&lt;script&gt;alert(1)&lt;/script&gt;") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_page_fetches_nothing) {
  const std::string page = without_d3(to_html(made_up_result(20, 2)));
  for (const char* word : {" src=", "@import", "url(", "<link", "<img", "<iframe", "fetch(",
                           "XMLHttpRequest", "import("})
    BOOST_TEST(page.find(word) == std::string::npos, word);
  BOOST_TEST(page.find("default-src 'none'") != std::string::npos);
  BOOST_TEST(page.find("'unsafe-inline'") == std::string::npos);
  // The policy allows no style attribute, so a page that has one looks broken.
  BOOST_TEST(page.find(" style=") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_roof_of_a_timing_is_the_arithmetic_of_its_own_class) {
  RunResult result = made_up_result(20, 2);
  BOOST_TEST(arithmetic_rate(result, "f32", 1) == 268);
  BOOST_TEST(arithmetic_rate(result, "bf16", 2) == 531);
  BOOST_TEST(arithmetic_rate(result, "bf16-mma", 2) == 5000);
  BOOST_TEST(arithmetic_rate(result, "f64", 1) == 0);
  BOOST_TEST(roofline_title(result) == "Of 8 shapes, memory holds back 5 and arithmetic 3");
  result.limits.clear();
  BOOST_TEST(roofline_title(result) == "Arithmetic and memory");
}

BOOST_AUTO_TEST_CASE(the_page_of_an_empty_run_says_so) {
  const std::string page = to_html(RunResult());
  BOOST_TEST(page.find("Stopped before its end. Nothing was judged.") != std::string::npos);
  BOOST_TEST(page.find("<section id=\"speed\"") == std::string::npos);
}
