// SPDX-License-Identifier: Apache-2.0
// What a selection picks, and what is said about names that nobody knows.
#define BOOST_TEST_MODULE selection
#include <algorithm>
#include <boost/test/unit_test.hpp>

#include "fixtures/recipe.h"
#include "suites/command_words.h"
#include "suites/selection.h"
#include "suites/spelling.h"
#include "suites/usage_error.h"

namespace {

using namespace assay::suites;

struct NamedCase {
  std::string op, id;
  std::vector<std::string> clauses, suites;
};

const std::vector<NamedCase>& known_cases() {
  static const std::vector<NamedCase> cases = {
      {"attention", "gqa-6x3", {"attention.kv-head"}, {"attention-scaling", "smoke"}},
      {"attention", "causal-5x9", {"attention.causal"}, {"masking"}},
      {"rope", "half-17", {"rope.pairing", "rope.angle"}, {"positions"}},
      {"rope", "pairs-17", {"rope.pairing"}, {"positions"}},
  };
  return cases;
}

std::string picked(const std::string& suite, const std::vector<std::string>& filters, int shard = 1,
                   int shards = 1) {
  const Selection selection{suite, filters, shard, shards};
  std::string ids;
  for (const NamedCase& each : selection.pick(known_cases()))
    ids += (ids.empty() ? "" : " ") + each.id;
  return ids;
}

std::string objection(const std::string& filter) {
  std::vector<CaseNames> names;
  for (const NamedCase& each : known_cases()) names.push_back(names_of(each));
  try {
    check_filters({"all", {filter}}, names);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "";
}

BOOST_AUTO_TEST_CASE(a_suite_picks_its_cases) {
  BOOST_TEST(picked("all", {}) == "gqa-6x3 causal-5x9 half-17 pairs-17");
  BOOST_TEST(picked("positions", {}) == "half-17 pairs-17");
  BOOST_TEST(picked("smoke", {"rope"}) == "");
}

BOOST_AUTO_TEST_CASE(a_filter_picks_by_op_id_and_clause) {
  BOOST_TEST(picked("all", {"attention/gqa-6x3"}) == "gqa-6x3");
  BOOST_TEST(picked("all", {"attention/*"}) == "gqa-6x3 causal-5x9");
  BOOST_TEST(picked("all", {"rope"}) == "half-17 pairs-17");
  BOOST_TEST(picked("all", {"*-17"}) == "half-17 pairs-17");
  BOOST_TEST(picked("all", {"@rope.angle"}) == "half-17");
  BOOST_TEST(picked("all", {"@attention.*"}) == "gqa-6x3 causal-5x9");
  BOOST_TEST(picked("all", {"half-17,gqa-6x3"}) == "gqa-6x3 half-17");
  BOOST_TEST(picked("all", {"half-17", "gqa-6x3"}) == "gqa-6x3 half-17");
}

BOOST_AUTO_TEST_CASE(a_filter_leaves_out_what_an_exclamation_mark_names) {
  BOOST_TEST(picked("all", {"!rope"}) == "gqa-6x3 causal-5x9");
  BOOST_TEST(picked("all", {"rope,!@rope.angle"}) == "pairs-17");
}

BOOST_AUTO_TEST_CASE(shards_share_the_cases_without_rest_or_overlap) {
  BOOST_TEST(picked("all", {}, 1, 3) == "gqa-6x3 pairs-17");
  BOOST_TEST(picked("all", {}, 2, 3) == "causal-5x9");
  BOOST_TEST(picked("all", {}, 3, 3) == "half-17");
  BOOST_TEST((parse_shard("2/5") == std::pair{2, 5}));
  for (const char* text : {"", "2", "0/5", "6/5", "2/5x", "-1/5", "a/b"})
    BOOST_CHECK_THROW(parse_shard(text), UsageError);
}

BOOST_AUTO_TEST_CASE(an_unknown_name_is_answered_with_the_nearest_one) {
  BOOST_TEST(objection("attention/gqa-6x4") ==
             "no case is called attention/gqa-6x4; did you mean attention/gqa-6x3?");
  BOOST_TEST(objection("atention") == "no case is called atention; did you mean attention?");
  BOOST_TEST(objection("@rope.paring") ==
             "no decided clause is called @rope.paring; did you mean @rope.pairing?");
  BOOST_TEST(objection("!gqa-6x33") == "no case is called gqa-6x33; did you mean gqa-6x3?");
  BOOST_TEST(objection("zzzz") == "no case is called zzzz; see: assay list cases");
  for (const char* filter : {"attention", "linear", "nothing-*", "gqa-6x3", "@rope.*"})
    BOOST_TEST(objection(filter) == "");
  BOOST_CHECK_THROW(check_suite("maskin"), UsageError);
  BOOST_CHECK_THROW(check_classes(std::vector<std::string>{"f23"}), UsageError);
}

BOOST_AUTO_TEST_CASE(edit_distance_counts_swaps_once) {
  BOOST_TEST(edit_distance("", "abc") == 3u);
  BOOST_TEST(edit_distance("abc", "abc") == 0u);
  BOOST_TEST(edit_distance("acb", "abc") == 1u);
  BOOST_TEST(edit_distance("kitten", "sitting") == 3u);
}

BOOST_AUTO_TEST_CASE(the_suites_of_the_cases_are_the_suites_of_the_command_line) {
  std::vector<std::string_view> names;
  for (const SuiteInfo& suite : suite_list)
    if (!suite.of_ways) names.push_back(suite.name);
  BOOST_TEST(names.back() == "all");
  names.pop_back();
  BOOST_TEST(std::equal(names.begin(), names.end(), std::begin(assay::fixtures::suite_names),
                        std::end(assay::fixtures::suite_names)));
}

BOOST_AUTO_TEST_CASE(a_quoted_word_is_read_back_by_a_shell) {
  BOOST_TEST(shell_quoted("attention/gqa-6x3") == "attention/gqa-6x3");
  BOOST_TEST(shell_quoted("a b") == "'a b'");
  BOOST_TEST(shell_quoted("it's") == "'it'\\''s'");
  BOOST_TEST(shell_quoted("") == "''");
  BOOST_TEST(shell_quoted("@rope.*") == "'@rope.*'");
  BOOST_TEST(words_of("  gdb   --args ").size() == 2u);
}

}  // namespace
