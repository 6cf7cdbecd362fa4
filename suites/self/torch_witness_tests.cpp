// SPDX-License-Identifier: Apache-2.0
// PyTorch's layers vouch for the ops and blocks of the reference: what it gives in f64 for the
// calls of fixtures/witness/torch is what the reference gives in 113-bit floats.
// (fixtures/witness/torch_layers.py made them.)
#define BOOST_TEST_MODULE torch_witnesses
#include <boost/test/unit_test.hpp>
#include <iostream>
#include <set>

#include "suites/self/model_agreement.h"
#include "suites/self/witness_call.h"

namespace assay::suites {
namespace {

constexpr double stated_precision = 1e-12;  // of a row's largest element

std::set<std::filesystem::path> files() {
  std::set<std::filesystem::path> found;
  const auto folder = std::filesystem::path(ASSAY_SOURCE_FOLDER) / "fixtures/witness/torch";
  for (const auto& entry : std::filesystem::directory_iterator(folder)) found.insert(entry.path());
  return found;
}

BOOST_AUTO_TEST_CASE(every_call_agrees_with_pytorch) {
  BOOST_TEST(files().size() == 23);
  for (const auto& file : files()) {
    const self::RowDistance distance = self::distance_from_witnesses(self::read_witness_call(file));
    std::cout << file.stem().string() << ": at most " << distance.largest << " of a row ("
              << distance.where << ")\n";
    BOOST_TEST(distance.outputs > 0);
    BOOST_TEST(distance.largest <= stated_precision, file.string() << ": " << distance.where);
  }
}

BOOST_AUTO_TEST_CASE(a_witness_of_something_else_is_noticed) {
  const auto folder = std::filesystem::path(ASSAY_SOURCE_FOLDER) / "fixtures/witness/torch";
  fixtures::Case call = self::read_witness_call(folder / "layer-norm.safetensors");
  call.attributes["eps"] = 0.0011;
  BOOST_TEST(self::distance_from_witnesses(call).largest > stated_precision);
}

}  // namespace
}  // namespace assay::suites
