// SPDX-License-Identifier: Apache-2.0
// The arithmetic of a sum inside a black box, found by asking it for sums: in which order it adds,
// how wide its accumulator is, whether products are fused into it, what is left of its inputs. The
// method is that of P. Xie et al., "FPRev", USENIX ATC 2025: of all terms one is +M, one is -M and
// the others are 1, and M swallows what it is added to; the ones that survive were added after the
// two had met.
#pragma once

#include <optional>
#include <string>

#include "suites/probed_sum.h"
#include "suites/summation_tree.h"

namespace assay::suites {

struct Revealed {
  std::optional<SumNode> tree;  // nothing where the order is not visible
  std::string order;            // in words, or why it is not visible
  int accumulator_bits = 0;     // of the significand; 0: not found
  enum class Products { not_asked, fused, rounded, exact } products = Products::not_asked;
  int term_bits = 0;              // of an input's significand that reach the sum; 0: not found
  int factor_bits = 0;            // the same; 0 also where the place has no factors
  bool overflows_as_f16 = false;  // 2^20 does not come back from the sum of it alone
  /// Random rows, added in this order, and how many of them gave the same bits.
  int replayed = 0, replayed_alike = 0;
};

/// Throws NotProbed.
Revealed reveal(ProbedSum& sum);

/// What it says in lines for people.
std::vector<std::string> lines_of(const Revealed& revealed, const NumberClass& number_class);

}  // namespace assay::suites
