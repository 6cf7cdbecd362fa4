// SPDX-License-Identifier: Apache-2.0
// The examples of the spec in the number type of the golden values: fractions hold to 100 bits.
#include <boost/test/unit_test.hpp>

#include "fixtures/numbers/golden.h"
#include "suites/self/written_call.h"

namespace assay::self {

BOOST_AUTO_TEST_CASE(every_example_holds_in_113_bits) {
  // The elementary functions of Golden are good to 2^-108, hence not its own 2^-113.
  for (const std::string& line : disagreements_of_all_pages<fixtures::numbers::Golden>(0x1p-106)) {
    BOOST_ERROR(line);
  }
}

}  // namespace assay::self
