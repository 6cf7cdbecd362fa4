// SPDX-License-Identifier: Apache-2.0
// Hugging Face's own code vouches for the models of the reference: the directories of
// fixtures/witness/hf are read, and what the reference gives in 113-bit floats is what the
// published code gives in f64, logits and every layer. (fixtures/witness/hf_models.py made them.)
#define BOOST_TEST_MODULE hf_models
#include "fixtures/hf_model.h"

#include <boost/test/unit_test.hpp>
#include <iostream>
#include <set>

#include "suites/self/model_agreement.h"

namespace assay::suites {
namespace {

constexpr double stated_precision = 1e-12;  // of a row's largest element

std::set<std::filesystem::path> directories() {
  std::set<std::filesystem::path> found;
  const auto folder = std::filesystem::path(ASSAY_SOURCE_FOLDER) / "fixtures/witness/hf";
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.is_directory()) found.insert(entry.path());
  }
  return found;
}

BOOST_AUTO_TEST_CASE(every_family_agrees_with_its_published_code) {
  BOOST_TEST(directories().size() == 12);
  for (const auto& folder : directories()) {
    const fixtures::Case model = fixtures::read_hf_model(folder, {});
    const self::RowDistance distance = self::distance_from_witnesses(model);
    std::cout << folder.filename().string() << ": " << distance.outputs << " outputs, at most "
              << distance.largest << " of a row (" << distance.where << ")\n";
    BOOST_TEST(distance.outputs == model.outputs.size());
    BOOST_TEST(distance.largest <= stated_precision, folder.string() << ": " << distance.where);
  }
}

}  // namespace
}  // namespace assay::suites
