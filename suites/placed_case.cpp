// SPDX-License-Identifier: Apache-2.0
#include "suites/placed_case.h"

#include <bit>
#include <cmath>

#include "suites/elements.h"
#include "suites/judge.h"

namespace assay::suites {

PlacedCase::PlacedCase(const fixtures::Case& test_case, const NumberClass& number_class)
    : case_(test_case),
      class_(number_class),
      description_(describe_call(test_case, number_class, 1)),
      contents_(stored_contents(test_case, description_)),
      memory_(arena_.file()),
      layout_(lay_out(arena_, description_, contents_, Placement::flush)),
      open_(description_) {
  open_.map(layout_.request(description_, action_open), memory_, arena_.status());
}

int PlacedCase::run(const assay_implementation& implementation) {
  refill_outputs(arena_, layout_, contents_);
  return implementation.run(&call(), nullptr);
}

reports::Verdict PlacedCase::verdict() {
  reports::Verdict worst = reports::Verdict::right;
  for (std::size_t i = 0; i < case_.outputs.size(); ++i) {
    const auto got = arena_.elements(layout_.outputs.regions[i]);
    worst = worse(worst, judge_output(case_, case_.outputs[i], class_, got).verdict);
  }
  return worst;
}

std::vector<std::byte> PlacedCase::output_bytes() {
  std::vector<std::byte> bytes;
  for (const Region& region : layout_.outputs.regions) {
    const auto elements = arena_.elements(region);
    bytes.insert(bytes.end(), elements.begin(), elements.end());
  }
  return bytes;
}

std::vector<std::uint64_t> PlacedCase::output_bits() {
  std::vector<std::uint64_t> bits;
  for (std::size_t i = 0; i < description_.outputs.size(); ++i) {
    const auto bytes = arena_.elements(layout_.outputs.regions[i]);
    const DType type = description_.outputs[i].dtype;
    for (std::size_t n = 0; n < bytes.size() / size_of(type); ++n) {
      const double value = element(type, bytes.data(), n);
      bits.push_back(std::isnan(value) ? ~std::uint64_t{0} : std::bit_cast<std::uint64_t>(value));
    }
  }
  return bits;
}

}  // namespace assay::suites
