// SPDX-License-Identifier: Apache-2.0
// How mistakes are read and woven into a text, and what is said where they do not fit.
#define BOOST_TEST_MODULE weaving
#include <boost/test/unit_test.hpp>

#include "variants/mistakes/weaving.h"

namespace {

using assay::weaving::check_names;
using assay::weaving::Entry;
using assay::weaving::parse_entries;
using assay::weaving::weave;
using assay::weaving::WeaveError;

std::string entry(const std::string& name, const std::string& changes) {
  return "## " + name + "\nclause: op.rule\ndoes: It does.\nsees: One sees.\nsource: own\n" +
         changes + "\n";
}

std::vector<Entry> entries_of(const std::string& text) {
  return parse_entries("op.mistakes", "op", text);
}

std::string woven(const std::string& text, const std::string& entries) {
  return weave("op.h", text, entries_of(entries));
}

/// What the error says; empty if there is none.
template <class Action>
std::string complaint(const Action& action) {
  try {
    action();
  } catch (const WeaveError& error) {
    return error.what();
  }
  return "";
}

void expect(const std::string& said, const std::vector<std::string>& parts) {
  for (const std::string& part : parts)
    BOOST_TEST(said.find(part) != std::string::npos, "'" << said << "' lacks '" << part << "'");
}

BOOST_AUTO_TEST_CASE(an_expression_stands_beside_its_mistake) {
  BOOST_TEST(woven("return h / group;", entry("kv-head", "- h / group\n+ h % n")) ==
             "return (is_made(Made::kv_head) ? (h % n) : (h / group));");
}

BOOST_AUTO_TEST_CASE(a_statement_stands_beside_its_mistake) {
  BOOST_TEST(woven("{ stop(); }", entry("go-on", "- stop();\n+ ;")) ==
             "{ if (is_made(Made::go_on)) { ; } else { stop(); } }");
}

BOOST_AUTO_TEST_CASE(white_space_and_comments_do_not_count) {
  BOOST_TEST(woven("f(a,  // why\n  b)", entry("m", "- f(a, b)\n+ g()")) ==
             "(is_made(Made::m) ? (g()) : (f(a,  // why\n  b)))");
}

BOOST_AUTO_TEST_CASE(a_piece_between_brackets_has_its_surroundings) {
  BOOST_TEST(woven("x = f(); y = f();", entry("m", "- y = [[f()]];\n+ g()")) ==
             "x = f(); y = (is_made(Made::m) ? (g()) : (f()));");
}

BOOST_AUTO_TEST_CASE(words_are_whole) {
  BOOST_TEST(woven("wide = grid + id;", entry("m", "- id\n+ 0")) ==
             "wide = grid + (is_made(Made::m) ? (0) : (id));");
}

BOOST_AUTO_TEST_CASE(two_mistakes_in_one_piece_are_asked_for_in_turn) {
  BOOST_TEST(woven("a + b", entry("m", "- a + b\n+ a") + entry("n", "- a + b\n+ b")) ==
             "(is_made(Made::m) ? (a) : is_made(Made::n) ? (b) : (a + b))");
}

BOOST_AUTO_TEST_CASE(a_piece_may_hold_another) {
  BOOST_TEST(woven("f(a + b)", entry("m", "- f(a + b)\n+ 0") + entry("n", "- a + b\n+ b")) ==
             "(is_made(Made::m) ? (0) : (f((is_made(Made::n) ? (b) : (a + b)))))");
}

BOOST_AUTO_TEST_CASE(changes_go_to_the_header_that_is_named) {
  const auto entries = entries_of(entry("m", "- a\n+ b\nin: other.h\n- c\n+ d"));
  BOOST_TEST(entries.at(0).changes.at(0).file == "op.h");
  BOOST_TEST(entries.at(0).changes.at(1).file == "other.h");
  BOOST_TEST(weave("op.h", "c", entries_of(entry("n", "in: other.h\n- c\n+ d"))) == "c");
}

BOOST_AUTO_TEST_CASE(a_line_goes_on_where_the_next_is_indented) {
  const auto entries = entries_of(entry("m", "- a +\n  b\n+ c"));
  BOOST_TEST(entries.at(0).changes.at(0).before == "a + b");
}

BOOST_AUTO_TEST_CASE(what_does_not_fit_is_named_with_its_entry) {
  expect(complaint([] { woven("a", entry("m", "- b\n+ c")); }), {"op.mistakes:1: m: ", "0 times"});
  expect(complaint([] { woven("a; a;", entry("m", "- a\n+ c")); }), {"2 times in op.h", "[[ ]]"});
  expect(complaint([] { woven("a;", entry("m", "- a;\n+ c")); }), {"op.mistakes:1: m", "';'"});
  expect(complaint([] { woven("a b c", entry("m", "- a b\n+ x") + entry("n", "- b c\n+ y")); }),
         {"op.mistakes:8: n: ", "overlaps", "m"});
}

BOOST_AUTO_TEST_CASE(an_entry_that_lacks_something_is_named) {
  expect(complaint([] { entries_of("## m\ndoes: It does.\n- a\n+ b\n"); }), {"m: lacks", "clause"});
  expect(complaint([] { entries_of(entry("m", "")); }), {"m: changes nothing"});
  expect(complaint([] { entries_of(entry("m", "- a")); }), {"m: ", "come in pairs"});
  expect(complaint([] { entries_of(entry("m", "+ a")); }), {"op.mistakes:6", "without the '- '"});
  expect(complaint([] { entries_of(entry("Bad_Name", "- a\n+ b")); }), {"Bad_Name", "kebab-case"});
  expect(complaint([] { entries_of(entry("m", "colour: red")); }), {"op.mistakes:6", "is no fact"});
  expect(complaint([] { entries_of("- a\n"); }), {"op.mistakes:1", "before the first heading"});
}

BOOST_AUTO_TEST_CASE(names_are_unique) {
  const auto twice = entries_of(entry("m", "- a\n+ b") + entry("m", "- c\n+ d"));
  expect(complaint([&] { check_names(twice); }), {"op.mistakes:8", "'m'", "op.mistakes:1"});
}

}  // namespace
