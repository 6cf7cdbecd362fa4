// SPDX-License-Identifier: Apache-2.0
#include "suites/self/checked_calls.h"

#include <boost/test/unit_test.hpp>
#include <sstream>

namespace assay::suites {
namespace {

std::vector<std::string> words_of(const char* text) {
  std::istringstream stream(text);
  std::vector<std::string> words;
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

}  // namespace

void check_all(const assay_implementation& implementation, const std::vector<Trial>& trials,
               const std::string& number_class, int threads) {
  bool prepared = false;
  for (const Trial& each : trials) {
    prepared = !prepared;
    const std::string found =
        difference(call(implementation, each.recipe, number_class, threads, prepared),
                   each.in_double, each.tolerance);
    BOOST_TEST(found == "", implementation.name << ' ' << number_class << ' '
                                                << described(each.recipe) << ": " << found);
  }
}

void on_targets(const assay_implementation& implementation, const char* targets,
                const std::function<void()>& body) {
  BOOST_TEST(words_of(targets).size() > 2);
  for (const std::string& target : words_of(targets)) {
    BOOST_TEST_CONTEXT(implementation.name << '@' << target) {
      BOOST_TEST(implementation.select_target(target.c_str()) == ASSAY_OK);
      body();
    }
  }
  implementation.select_target(words_of(implementation.targets)[0].c_str());
}

}  // namespace assay::suites
