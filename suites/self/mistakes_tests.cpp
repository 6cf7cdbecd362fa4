// SPDX-License-Identifier: Apache-2.0
// The mistakes on the committed cases: the woven text without a mistake is the reference, bit for
// bit, and every mistake is rejected by some case.
#define BOOST_TEST_MODULE mistakes
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <map>

#include "suites/case_files.h"
#include "suites/placed_case.h"
#include "variants/list.h"
#include "variants/mistakes/mistakes.h"

namespace {

using assay::fixtures::Case;
using assay::reports::Verdict;
using assay::suites::PlacedCase;
using assay::variants::Mistake;

/// Every committed case in each of its classes, small ones first.
struct Trial {
  const Case* test_case;
  const assay::NumberClass* number_class;
  [[nodiscard]] std::string name() const {
    return test_case->full_id() + " " + std::string(number_class->name);
  }
};

std::size_t size_of_case(const Case& test_case) {
  std::size_t bytes = 0;
  for (const auto& [name, array] : test_case.inputs) bytes += array.bytes.size();
  for (const auto& each : test_case.outputs) bytes += each.want.bytes.size();
  return bytes;
}

const std::vector<Trial>& trials() {
  static const assay::suites::CaseFiles files =
      assay::suites::read_committed(assay::suites::fixture_folder(""));
  static const std::vector<Trial> all = [] {
    std::vector<Trial> list;
    for (const Case& each : files.cases)
      for (const std::string& name : each.classes) list.push_back({&each, assay::find_class(name)});
    std::ranges::stable_sort(list, {}, [](const Trial& t) { return size_of_case(*t.test_case); });
    return list;
  }();
  return all;
}

/// The places among trials() where a mistake is met, by name.
const std::map<std::string_view, std::vector<std::size_t>>& met() {
  static const auto found = [] {
    std::map<std::string_view, std::vector<std::size_t>> map;
    for (std::size_t n = 0; n < trials().size(); ++n) {
      PlacedCase placed(*trials()[n].test_case, *trials()[n].number_class);
      for (const std::string_view name : assay::variants::reached_mistakes(placed.call()))
        map[name].push_back(n);
    }
    return map;
  }();
  return found;
}

/// The first case that rejects a mistake; empty if none does.
std::string killer_of(const Mistake& mistake) {
  const assay_implementation& wrong = *assay::variants::mistaken_implementation(mistake.name);
  const auto places = met().find(mistake.name);
  if (places == met().end()) return "";
  for (const std::size_t n : places->second) {
    PlacedCase placed(*trials()[n].test_case, *trials()[n].number_class);
    if (placed.run(wrong) != ASSAY_OK) continue;  // what it computes must give it away
    if (placed.verdict() != Verdict::right) return trials()[n].name();
  }
  return "";
}

BOOST_AUTO_TEST_CASE(without_a_mistake_the_woven_text_is_the_reference_to_the_bit) {
  const assay_implementation& woven = *assay::variants::unmistaken_implementation("");
  for (const Trial& trial : trials()) {
    PlacedCase placed(*trial.test_case, *trial.number_class);
    BOOST_TEST_REQUIRE(placed.run(assay::variants::load("plain")) == ASSAY_OK);
    const auto want = placed.output_bits();
    BOOST_TEST_REQUIRE(placed.run(woven) == ASSAY_OK);
    BOOST_TEST((placed.output_bits() == want), trial.name() << " has other bits");
  }
}

BOOST_AUTO_TEST_CASE(without_a_mistake_the_kernels_are_right) {
  for (const std::string_view kernel : assay::variants::mistaken_kernels()) {
    const assay_implementation& unmistaken = *assay::variants::unmistaken_implementation(kernel);
    for (const Trial& trial : trials()) {
      PlacedCase placed(*trial.test_case, *trial.number_class);
      BOOST_TEST_REQUIRE(placed.run(unmistaken) == ASSAY_OK);
      BOOST_TEST((placed.verdict() == Verdict::right), kernel << ": " << trial.name());
    }
  }
}

BOOST_AUTO_TEST_CASE(every_mistake_is_rejected_by_a_case) {
  BOOST_TEST(!assay::variants::mistakes().empty());
  for (const Mistake& mistake : assay::variants::mistakes()) {
    const std::string killer = killer_of(mistake);
    BOOST_TEST(mistake.proof.empty() == !killer.empty(),
               mistake.name << (killer.empty() ? " escapes; " : " is rejected by " + killer + "; ")
                            << (met().contains(mistake.name)
                                    ? std::to_string(met().at(mistake.name).size()) + " meet it"
                                    : "no case meets it"));
    BOOST_TEST_MESSAGE(mistake.name << "  " << killer);
  }
}

}  // namespace
