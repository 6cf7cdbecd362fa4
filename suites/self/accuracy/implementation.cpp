// SPDX-License-Identifier: Apache-2.0
// Turns cases into problems and gathers the implementations; computes nothing itself.
#include "suites/self/accuracy/implementation.h"

#include <cmath>

namespace assay::accuracy {

Problem::Problem(const fixtures::Case& test_case) : attributes(test_case.attributes) {
  for (const auto& [name, array] : test_case.inputs) {
    shape[name] = {array.shape.begin(), array.shape.end()};
    if (array.dtype == DType::i64) {
      const auto* elements = array.as<std::int64_t>();
      integers[name].assign(elements, elements + array.count());
    } else if (is_floating(array.dtype)) {
      const fixtures::Array wide = fixtures::converted(array, DType::f64, true);
      floating[name].assign(wide.as<double>(), wide.as<double>() + wide.count());
    }
  }
}

double cut(double x, int significand_bits) {
  if (x == 0 || !std::isfinite(x)) return x;
  const int ulp_exponent = std::ilogb(x) - (significand_bits - 1);
  return std::ldexp(std::nearbyint(std::ldexp(x, -ulp_exponent)), ulp_exponent);
}

Implementations all_implementations() {
  Implementations all;
  add_linear(all);
  add_softmax(all);
  add_norms(all);
  add_rope(all);
  add_attention(all);
  return all;
}

}  // namespace assay::accuracy
