// SPDX-License-Identifier: Apache-2.0
// A wrong answer is told from rounding and from other wrong answers.
#define BOOST_TEST_MODULE known_mistakes
#include <sys/mman.h>

#include <algorithm>
#include <boost/test/unit_test.hpp>

#include "suites/case_files.h"
#include "suites/elements.h"
#include "suites/known_mistakes.h"
#include "suites/placed_case.h"
#include "variants/list.h"
#include "variants/mistakes/mistakes.h"

namespace assay::suites {
namespace {

const NumberClass& f32 = *find_class("f32");

const fixtures::Case& gqa() {
  static const CaseFiles files = read_committed(fixture_folder(""));
  return *std::ranges::find(files.cases, "attention/gqa-6x3", &fixtures::Case::full_id);
}

std::vector<std::byte> answer_of(const std::string& variant) {
  PlacedCase placed(gqa(), f32);
  BOOST_TEST_REQUIRE(placed.run(variants::load(variant)) == ASSAY_OK);
  return placed.output_bytes();
}

/// Every element moved by a share of its budget.
std::vector<std::byte> moved(std::vector<std::byte> answer, double share) {
  const fixtures::Golden& golden = gqa().outputs.front();
  const auto& budget = golden.tolerance.find("f32")->second.budget;
  auto* values = reinterpret_cast<float*>(answer.data());
  for (std::size_t i = 0; i < golden.want.count(); ++i) {
    values[i] += static_cast<float>((i % 2 == 0 ? share : -share) * double{budget[i]});
  }
  return answer;
}

BOOST_AUTO_TEST_CASE(a_mistake_is_named_by_its_own_answer) {
  const auto alike = alike_mistakes(gqa(), f32, answer_of("mistake/kv-head-modulo"));
  BOOST_TEST_REQUIRE(!alike.empty());
  BOOST_TEST(alike.front().mistake == "kv-head-modulo");
  BOOST_TEST(alike.front().share == 0);
}

BOOST_AUTO_TEST_CASE(other_roundings_do_not_hide_a_mistake) {
  const auto wrong = answer_of("mistake/kv-head-modulo");
  const auto within = alike_mistakes(gqa(), f32, moved(wrong, 0.5));
  BOOST_TEST_REQUIRE(!within.empty());
  BOOST_TEST(within.front().mistake == "kv-head-modulo");
  BOOST_TEST(within.front().share <= 1);
  const auto beyond = alike_mistakes(gqa(), f32, moved(wrong, 30));
  BOOST_TEST_REQUIRE(!beyond.empty());
  BOOST_TEST(beyond.front().mistake == "kv-head-modulo");
  BOOST_TEST(beyond.front().share > 1);
}

BOOST_AUTO_TEST_CASE(a_right_answer_and_one_of_no_known_cause_are_like_no_mistake) {
  BOOST_TEST(alike_mistakes(gqa(), f32, answer_of("plain")).empty());
  std::vector<std::byte> own = answer_of("plain");
  std::ranges::reverse(own);
  for (std::size_t i = 0; i < own.size(); i += 4) {  // finite again, and in another order
    std::ranges::reverse(own.begin() + static_cast<std::ptrdiff_t>(i),
                         own.begin() + static_cast<std::ptrdiff_t>(i + 4));
  }
  BOOST_TEST(alike_mistakes(gqa(), f32, own).empty());
}

BOOST_AUTO_TEST_CASE(a_fault_in_the_comparison_costs_no_result) {
  const std::size_t size = answer_of("plain").size();
  void* nowhere = mmap(nullptr, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  BOOST_TEST_REQUIRE(nowhere != MAP_FAILED);
  BOOST_TEST(alike_mistakes(gqa(), f32, {static_cast<std::byte*>(nowhere), size}, 1).empty());
  munmap(nowhere, size);
}

}  // namespace
}  // namespace assay::suites
