// SPDX-License-Identifier: Apache-2.0
// What a call must at least do: arithmetic from the shape words, bytes from the tensors. It is the
// same for every implementation, so that figures made of it can be compared.
#pragma once

#include "fixtures/case.h"
#include "reference/storage.h"

namespace assay::suites {

/// flops: additions and multiplications of the formula, exp and 1/sqrt counting one each:
///   linear                2 tokens d_in d_out (+ tokens d_out with a bias)
///   attention             2 (head_dim + v_head_dim) per pair of a query and a key that it may see
///                         by causality and window; the softmax between the products is not
///                         counted, as is usual, and neither are masks that are data
///   softmax               5 per element: compare, subtract, exp, add, multiply
///   layer_norm, rms_norm  7 (6 without a bias) and 4 per element
///   rope                  3 per rotated element; learned_positions 1, sinusoidal_positions 2
///   block and models      their matrix products and attention (model_cost.h)
///   draw                  1 per element; sampling 7: temperature, softmax, cumulative sum
/// bytes: every input and every output once, in the storage of the class; of a table only the rows
/// that are looked up. input_bytes: of these, the inputs that are not weights.
struct Cost {
  double flops = 0;
  double bytes = 0;
  double input_bytes = 0;
};

/// Throws CallError for a case that its schema forbids.
Cost cost_of(const fixtures::Case& test_case, const NumberClass& number_class);

}  // namespace assay::suites
