// SPDX-License-Identifier: Apache-2.0
// Fixtures are made again bit for bit, whatever the number of threads, and every difference between
// a file and its making is named.
#define BOOST_TEST_MODULE generate
#include "fixtures/generate.h"

#include <bit>
#include <boost/test/unit_test.hpp>
#include <functional>
#include <sstream>

#include "fixtures/store.h"
#include "suites/self/stored_cases.h"

namespace assay::suites {
namespace {

using fixtures::Case;

bool of_softmax(const std::string& op, const std::string&) { return op == "softmax"; }

/// The cases of softmax, in a folder of their own.
std::filesystem::path generated(const Folder& folder, int threads) {
  const auto report = fixtures::generate(folder / "", of_softmax, threads);
  BOOST_TEST(report.failures.empty());
  BOOST_REQUIRE_EQUAL(report.files.size(), 1);
  return report.files.front();
}

/// The one difference that verify finds after `change`.
std::string difference_after(const std::function<void(Case&)>& change) {
  const Folder folder;
  const auto file = generated(folder, 2);
  std::vector<Case> cases = fixtures::read_cases(file);
  change(cases.front());
  fixtures::write_cases(file, cases);
  const auto report = fixtures::verify(folder / "", of_softmax, 2);
  BOOST_REQUIRE_EQUAL(report.differences.size(), 1);
  BOOST_TEST(report.differences.front().find('\n') == std::string::npos);
  return report.differences.front();
}

bool names(const std::string& difference, const std::string& part) {
  BOOST_TEST_MESSAGE(difference);
  return difference.find(part) != std::string::npos;
}

BOOST_AUTO_TEST_CASE(every_number_of_threads_writes_the_same_bytes) {
  const Folder one, three;
  BOOST_TEST(fixtures::sha256_of(generated(one, 1)) == fixtures::sha256_of(generated(three, 3)));
  BOOST_TEST(fixtures::verify(one / "", of_softmax, 1).differences.empty());
}

BOOST_AUTO_TEST_CASE(the_committed_softmax_is_what_the_case_list_says) {
  const Folder folder;
  const auto committed = std::filesystem::path(ASSAY_SOURCE_FOLDER) / "fixtures/softmax.h5";
  BOOST_TEST(fixtures::sha256_of(generated(folder, 2)) == fixtures::sha256_of(committed));
}

BOOST_AUTO_TEST_CASE(verify_names_the_first_data_set_that_differs) {
  const auto flip_last_bit = [](double& value) {
    value = std::bit_cast<double>(std::bit_cast<std::uint64_t>(value) ^ 1u);
  };
  BOOST_TEST(
      names(difference_after([&](Case& c) { flip_last_bit(*c.outputs[0].want.as<double>()); }),
            "want/probs: element 0 is "));
  BOOST_TEST(names(difference_after([](Case& c) { c.outputs[0].tolerance["f32"].budget[0] *= 2; }),
                   "budget/f32/probs: element 0"));
  BOOST_TEST(names(difference_after([](Case& c) { c.outputs[0].tolerance["f64"].bound[0] *= 2; }),
                   "bound/f64/probs: element 0"));
  BOOST_TEST(names(difference_after([](Case& c) { c.why = "Another reason."; }), "@why"));
  BOOST_TEST(names(difference_after([](Case& c) { c.seed += 1; }), "@seed"));
  BOOST_TEST(names(difference_after([](Case& c) { c.inputs.at("x").bytes[3] ^= std::byte{1}; }),
                   "in/x: element 0"));
}

BOOST_AUTO_TEST_CASE(verify_sees_missing_and_surplus_cases_and_damaged_files) {
  const Folder folder;
  const auto file = generated(folder, 2);
  std::vector<Case> cases = fixtures::read_cases(file);
  cases.front().id = "not-in-the-list";
  fixtures::write_cases(file, cases);
  auto differences = fixtures::verify(folder / "", of_softmax, 2).differences;
  BOOST_REQUIRE_EQUAL(differences.size(), 2);
  BOOST_TEST(names(differences[0], "not-in-the-list: is in no case list any more"));
  BOOST_TEST(names(differences[1], "is missing"));
  std::filesystem::resize_file(file, 1000);
  differences = fixtures::verify(folder / "", of_softmax, 2).differences;
  BOOST_TEST(names(differences.front(), "cut off"));
}

BOOST_AUTO_TEST_CASE(one_case_made_anew_leaves_the_others_in_place) {
  const Folder folder;
  const auto file = generated(folder, 2);
  const std::string before = fixtures::sha256_of(file);
  std::vector<Case> cases = fixtures::read_cases(file);
  const std::string id = cases.front().id;
  cases.front().outputs[0].tolerance["f32"].budget[0] *= 2;
  fixtures::write_cases(file, cases);
  const auto report = fixtures::generate(
      folder / "",
      [&](const std::string& op, const std::string& name) { return op == "softmax" && name == id; },
      1);
  BOOST_TEST(report.cases == 1);
  BOOST_TEST(fixtures::sha256_of(file) == before);
}

BOOST_AUTO_TEST_CASE(progress_reaches_the_total) {
  const Folder folder;
  std::size_t calls = 0, last = 0, of = 0;
  fixtures::generate(folder / "", of_softmax, 3,
                     [&](const std::string&, std::size_t done, std::size_t total) {
                       ++calls;
                       last = done;
                       of = total;
                     });
  BOOST_TEST(calls == of);
  BOOST_TEST(last == of);
}

BOOST_AUTO_TEST_CASE(show_prints_what_a_case_holds) {
  std::ostringstream out;
  fixtures::show(out, stored_attention_cases().front());
  for (const char* part :
       {"attention/gqa-6x3", "clauses attention.kv-head attention.scale", "causal = top_left",
        "q            f32 (2, 6, 5, 10)", "keep         boolean (2, 1, 1, 7)", "want present_k",
        "bf16  budget", "(proved)", "witness (rtol 0.001", "detection floors"}) {
    BOOST_TEST(out.str().find(part) != std::string::npos, part << " is not in\n" << out.str());
  }
}

}  // namespace
}  // namespace assay::suites
