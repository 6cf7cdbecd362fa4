// SPDX-License-Identifier: Apache-2.0
// What the words of a command are taken for, and what is said about those that it cannot mean.
// Links the parser alone, which must need nothing else of the bench.
#define BOOST_TEST_MODULE options
#include <boost/test/unit_test.hpp>

#include "suites/command_line.h"

namespace {

using namespace assay::suites;
namespace po = boost::program_options;

Syntax syntax() {
  Syntax syntax;
  syntax.usage = "assay bake [CAKE] [OPTION]...";
  syntax.purpose = "Bakes.";
  syntax.options.add_options()("help,h", "show this")("hot", "with more heat")(
      "layer", po::value<std::vector<std::string>>()->composing(), "may be repeated")(
      "minutes", po::value<std::string>()->default_value("40"), "how long");
  syntax.positional = {"cake"};
  return syntax;
}

std::optional<po::variables_map> parsed(std::vector<std::string> words) {
  std::string help;
  return parse(syntax(), {"assay", "bake", std::move(words)}, help);
}

std::string refusal_of(std::vector<std::string> words) {
  try {
    const auto values = parsed(std::move(words));
    integer(*values, "minutes", 1, 90);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "no refusal";
}

BOOST_AUTO_TEST_CASE(options_and_words_may_stand_in_any_order) {
  const auto values = parsed({"--layer", "cream", "carrot", "--hot", "--layer=nuts"});
  BOOST_REQUIRE(values.has_value());
  BOOST_TEST(values->count("hot") == 1u);
  BOOST_TEST(all_values(*values, "layer") == (std::vector<std::string>{"cream", "nuts"}),
             boost::test_tools::per_element());
  BOOST_TEST(all_values(*values, "cake") == std::vector<std::string>{"carrot"},
             boost::test_tools::per_element());
  BOOST_TEST(integer(*values, "minutes", 1, 90) == 40);
}

BOOST_AUTO_TEST_CASE(an_option_is_never_guessed_from_its_first_letters) {
  BOOST_TEST(refusal_of({"--minute", "3"}) == "unknown option --minute; did you mean --minutes?");
  BOOST_TEST(refusal_of({"--colour"}) == "unknown option --colour; see --help");
}

BOOST_AUTO_TEST_CASE(a_number_is_taken_whole_and_within_its_limits) {
  for (const std::string& each :
       std::vector<std::string>{"-3", "0", "91", "3x", "x", "3.5", "99999999999999999999"})
    BOOST_TEST(refusal_of({"--minutes=" + each}) == "--minutes: 1 to 90, not " + each);
  BOOST_TEST(refusal_of({"--minutes="}) ==
             "the argument for option '--minutes' should follow immediately after the equal sign");
  BOOST_TEST(refusal_of({"--minutes", "-3"}) == "--minutes: 1 to 90, not -3");
}

BOOST_AUTO_TEST_CASE(a_word_too_many_is_answered_with_the_usage) {
  BOOST_TEST(refusal_of({"carrot", "cheese"}) ==
             "too many words; usage: assay bake [CAKE] [OPTION]...");
}

BOOST_AUTO_TEST_CASE(help_is_a_text_and_no_values) {
  std::string help;
  BOOST_TEST(!parse(syntax(), {"assay", "bake", {"carrot", "-h"}}, help).has_value());
  BOOST_TEST(help.starts_with("usage: assay bake [CAKE] [OPTION]...\n\nBakes.\n"));
}

BOOST_AUTO_TEST_CASE(a_command_can_be_pasted_back_into_a_shell) {
  BOOST_TEST(shell_quoted("--filter=a/b,c@d") == "--filter=a/b,c@d");
  BOOST_TEST(shell_quoted("attention/*") == "'attention/*'");
  BOOST_TEST(shell_quoted("it's") == "'it'\\''s'");
  BOOST_TEST(shell_quoted("") == "''");
  BOOST_TEST(words_of("  gdb  --args\n") == (std::vector<std::string>{"gdb", "--args"}),
             boost::test_tools::per_element());
}

}  // namespace
