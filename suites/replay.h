// SPDX-License-Identifier: Apache-2.0
// The proof of a revealed order: random rows are summed along the tree here, and must give the bits
// that the implementation gives.
#pragma once

#include "suites/probed_sum.h"
#include "suites/summation_tree.h"

namespace assay::suites {

/// Significand of a floating type in bits, the leading one included.
int significand_bits(DType type);

/// How the additions of a tree are done.
struct Arithmetic {
  int accumulator_bits = 24;
  bool is_fused = false;
  bool has_f32_products = false;  // rounded to f32, whatever the accumulator is
};

class Replay {
 public:
  Replay(const SumNode& tree, const Arithmetic& arithmetic)
      : tree_(tree), arithmetic_(arithmetic) {}

  /// In f32 and f64, by two parts at a time: what this machine can do as well.
  [[nodiscard]] bool is_possible() const;

  /// How many of `rows` rows, drawn with so many bits, give the same bits in `sum`. Changes its
  /// factors. Throws NotProbed.
  int count_alike(ProbedSum& sum, int rows, int term_bits, int factor_bits) const;

 private:
  const SumNode& tree_;
  Arithmetic arithmetic_;
};

}  // namespace assay::suites
