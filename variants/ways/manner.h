// SPDX-License-Identifier: Apache-2.0
// In which of the ways that the spec leaves open a call is computed: the order of its sums, where
// its elementary functions come from, and which of several equal formulas is taken. All of these
// are choices that honest kernels make.
#pragma once

#include <cstddef>

namespace assay::variants::ways {

enum class Order {
  forward,
  reverse,
  pairwise,
  lanes_4,
  lanes_8,
  lanes_16,
  blocks_32,
  blocks_64,
  three_parts,
  shuffled,
  kahan,
  wide_accumulator  // f64 for f32, long double for f64
};

enum class Functions {
  library,
  wider,      // computed in the next wider type and rounded once
  base_2,     // e^x as 2^(x log2 e), with the product in two parts
  polynomial  // series, with the argument reduced
};

/// Formulas that are equal on paper to those of the reference. Only rearranged numbers look here.
struct Formulas {
  std::size_t tile = 0;   // of keys, and of a row of softmax: rescaled from tile to tile; 0: none
  std::size_t parts = 1;  // of the keys, each by itself, merged at the end
  bool base_2 = false;    // attention's exponentials are powers of 2, log2 e folded into the scale
  bool scales_query = false;  // before the inner product instead of after it
  bool welford = false;       // mean and variance in one pass
  bool folded = false;        // 1/deviation times weight, 1/total: one factor for a row
};

struct Manner {
  Order order = Order::forward;
  Functions functions = Functions::library;
  /// Where a 16-bit class may round and need not (clauses numerics.between-ops, numerics.operands).
  bool rounds_inside = true;
  Formulas formulas = {};
};

/// What the numbers of this thread look up; never null while a call is computed.
inline constinit thread_local const Manner* manner = nullptr;

/// Numbers of this thread follow `chosen` until the end of the scope.
class MannerScope {
 public:
  explicit MannerScope(const Manner& chosen) : outer_(manner) { manner = &chosen; }
  ~MannerScope() { manner = outer_; }
  MannerScope(const MannerScope&) = delete;
  MannerScope& operator=(const MannerScope&) = delete;

 private:
  const Manner* outer_;
};

}  // namespace assay::variants::ways
