// SPDX-License-Identifier: Apache-2.0
// The entries of a case's batch in other company: one alone, in another order, with others. Which
// axis counts them is in the op's table; nothing is computed here.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "fixtures/case.h"

namespace assay::suites {

/// The entries that a call is made of, by their numbers in the case, and that in words.
struct Company {
  std::string words;  // "row 3 alone"
  std::vector<std::int64_t> rows;
};

/// How many independent entries a case has; nothing where its op, or every output, has no batch.
std::optional<std::int64_t> batch_of(const fixtures::Case& test_case);

/// Alone, in company of one to some twenty others, and permuted. No two equal.
std::vector<Company> companies(std::int64_t batch);

/// The case of these entries. Outputs have the right shapes and no answers.
fixtures::Case with_rows(const fixtures::Case& test_case, const std::vector<std::int64_t>& rows);

/// What these entries are in the outputs of the whole case; outputs without a batch are empty.
std::vector<fixtures::Array> rows_of(const fixtures::Case& test_case,
                                     const std::vector<fixtures::Array>& outputs,
                                     const std::vector<std::int64_t>& rows);

/// The axis of a tensor that a word counts, as it lies in memory; nothing where it has none.
/// `shape` says whether an axis that may be repeated is.
std::optional<std::size_t> axis_of(const TensorSpec& spec, std::string_view word,
                                   const Attributes& attributes, const Shape& shape);

}  // namespace assay::suites
