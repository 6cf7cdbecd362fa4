// SPDX-License-Identifier: Apache-2.0
#include "suites/first_difference.h"

#include <cstring>

#include "reference/schema.h"
#include "suites/elements.h"
#include "suites/index_words.h"
#include "suites/judge.h"

namespace assay::suites {

using fixtures::Array;

std::optional<Difference> first_difference(const fixtures::Case& test_case,
                                           const std::vector<Array>& first,
                                           const std::vector<Array>& other) {
  std::optional<Difference> found;
  for (std::size_t i = 0; i < first.size(); ++i) {
    const Array &a = first[i], &b = other.at(i);
    if (a.bytes.empty() || a.bytes == b.bytes) continue;
    const std::size_t size = size_of(a.dtype);
    for (std::size_t n = 0; n < a.count(); ++n) {
      if (std::memcmp(a.bytes.data() + n * size, b.bytes.data() + n * size, size) == 0) continue;
      if (!found) {
        const std::string& name = test_case.outputs[i].name;
        const Shape index = index_of(n, a.shape);
        const auto words = axis_words(*find_op(test_case.op), test_case.attributes, name);
        found = {name,
                 index,
                 index_text(words, index),
                 number_text(a.dtype, element(a.dtype, a.bytes.data(), n)),
                 number_text(b.dtype, element(b.dtype, b.bytes.data(), n)),
                 0};
      }
      ++found->elements;
    }
  }
  return found;
}

}  // namespace assay::suites
