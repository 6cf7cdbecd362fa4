// SPDX-License-Identifier: Apache-2.0
// The facts of the mistakes: clauses that there are, and the catalogue accounted for row by row.
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <string>

#include "suites/spec_page.h"
#include "variants/mistakes/mistakes.h"

namespace {

using assay::variants::Mistake;
using Ids = std::set<std::string>;

const std::regex row_id("[A-Z]+-[0-9]{2}");

Ids ids_in(const std::string& text) {
  return {std::sregex_token_iterator(text.begin(), text.end(), row_id),
          std::sregex_token_iterator()};
}

/// The catalogue as README.md of the mistakes has it.
struct Catalogue {
  Ids all, left_out;
};

Catalogue catalogue() {
  std::ifstream file(std::filesystem::path(ASSAY_SOURCE_FOLDER) / "variants/mistakes/README.md");
  Catalogue found;
  bool in_list = false;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("## ")) in_list = line == "## Ids of the catalogue";
    if (in_list) found.all.merge(ids_in(line));
    if (line.starts_with("| ")) found.left_out.merge(ids_in(line.substr(0, line.find('|', 2))));
  }
  return found;
}

BOOST_AUTO_TEST_CASE(every_row_of_the_catalogue_is_a_mistake_or_left_out_with_a_reason) {
  const Catalogue rows = catalogue();
  BOOST_TEST(rows.all.size() == 199u);
  Ids used;
  for (const Mistake& mistake : assay::variants::mistakes()) {
    for (const std::string& id : ids_in(std::string(mistake.source))) {
      used.insert(id);
      BOOST_TEST(rows.all.contains(id), mistake.name << ": no row " << id << " in the catalogue");
      BOOST_TEST(!rows.left_out.contains(id), id << " is left out and yet in " << mistake.name);
    }
  }
  for (const std::string& id : rows.all)
    BOOST_TEST((used.contains(id) || rows.left_out.contains(id)), id << " is nowhere");
  for (const std::string& id : rows.left_out) BOOST_TEST(rows.all.contains(id), id);
}

BOOST_AUTO_TEST_CASE(every_mistake_breaks_a_clause_that_there_is) {
  std::set<std::string, std::less<>> clauses;
  for (const auto& page : assay::suites::spec_pages())
    for (const auto& clause : page.clauses) clauses.insert(clause.id);
  for (const Mistake& mistake : assay::variants::mistakes()) {
    BOOST_TEST(clauses.contains(mistake.clause), mistake.name << ": no clause " << mistake.clause);
    for (const std::string_view fact : {mistake.does, mistake.sees})
      BOOST_TEST(fact.ends_with('.'), mistake.name << ": '" << fact << "' is no sentence");
    BOOST_TEST(!mistake.source.empty(), mistake.name);
  }
}

BOOST_AUTO_TEST_CASE(a_mistake_is_found_by_its_name_and_nothing_else) {
  for (const Mistake& mistake : assay::variants::mistakes()) {
    const auto* found = assay::variants::mistaken_implementation(mistake.name);
    BOOST_TEST_REQUIRE(found != nullptr);
    BOOST_TEST(found->name == mistake.name);
  }
  BOOST_TEST(assay::variants::mistaken_implementation("") == nullptr);
  BOOST_TEST(assay::variants::mistaken_implementation("none") == nullptr);
}

}  // namespace
