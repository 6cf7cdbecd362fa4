// SPDX-License-Identifier: Apache-2.0
// Somebody else must vouch for the reference: every witness that is stored with a case agrees with
// the golden within the tolerance that its authors state.
#define BOOST_TEST_MODULE witnesses
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <iostream>
#include <limits>

#include "fixtures/agreement.h"
#include "fixtures/store.h"
#include "fixtures/stored_files.h"

namespace assay::suites {
namespace {

using fixtures::Case;
using fixtures::Golden;
using fixtures::share_of_tolerance;

std::filesystem::path fixtures_folder() {
  return std::filesystem::path(ASSAY_SOURCE_FOLDER) / "fixtures";
}

struct Tally {
  std::size_t cases = 0, outputs = 0;
  double largest = 0;
  std::string largest_name;
};

void hold(const Case& test_case, const Golden& golden, Tally& tally) {
  const double here = fixtures::agreement_of(golden).largest_share;
  const std::string name = test_case.full_id() + " " + golden.name;
  ++tally.outputs;
  if (here >= tally.largest) {
    tally.largest = here;
    tally.largest_name = name;
  }
  BOOST_TEST(here <= 1, name << ": the witness is " << here << " of its tolerance away");
}

Tally hold_file(const std::filesystem::path& file) {
  Tally tally;
  for (const Case& test_case : fixtures::read_cases(file)) {
    const std::size_t before = tally.outputs;
    for (const Golden& golden : test_case.outputs) {
      if (golden.witness) hold(test_case, golden, tally);
    }
    BOOST_TEST(tally.outputs > before, test_case.full_id() << " has no witness");
    ++tally.cases;
  }
  std::cout << file.filename().string() << ": " << tally.cases << " cases, " << tally.outputs
            << " outputs agree; largest share of the stated tolerance " << tally.largest << " ("
            << tally.largest_name << ")\n";
  return tally;
}

BOOST_AUTO_TEST_CASE(every_witness_agrees_with_the_golden) {
  std::size_t cases = 0;
  for (const auto& file : fixtures::witness_files(fixtures_folder())) {
    cases += hold_file(file).cases;
  }
  // 46 attention, 11 layer and 11 rms normalisations, 5 rotary embeddings, 4 softmaxes, 7 Gemm,
  // 4 MatMul that make 11 products, 4 log-softmaxes, 17 cross-entropies, 7 with log-softmax,
  // 2 Gelu and a Swish.
  BOOST_TEST(cases == 126);
}

BOOST_AUTO_TEST_CASE(a_witness_that_disagrees_is_noticed) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double infinity = std::numeric_limits<double>::infinity();
  BOOST_TEST(share_of_tolerance(1.002, 1, 1e-3, 0) > 1);
  BOOST_TEST(share_of_tolerance(nan, 1, 1e-3, 0) > 1);
  BOOST_TEST(share_of_tolerance(1, nan, 1e-3, 0) > 1);
  BOOST_TEST(share_of_tolerance(infinity, 1, 1e-3, 0) > 1);
  BOOST_TEST(share_of_tolerance(-infinity, infinity, 1e-3, 0) > 1);
  BOOST_TEST(share_of_tolerance(infinity, infinity, 1e-3, 0) == 0);
  BOOST_TEST(share_of_tolerance(nan, nan, 1e-3, 0) == 0);
}

}  // namespace
}  // namespace assay::suites
