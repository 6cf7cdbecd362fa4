// SPDX-License-Identifier: Apache-2.0
// All operations behind one door: the name of an op leads to its loops.
#pragma once

#include "reference/linear.h"
#include "reference/shape.h"

namespace assay::reference {

/// Computes every output that the call has. Throws CallError for what only the data can show, such
/// as an id outside its table.
template <class Number>
void evaluate(const Call<Number>& call) {
  if (call.op->name == "linear") return linear(call);
  throw CallError(std::string(call.op->name) + ": the reference has no loops for it");
}

}  // namespace assay::reference
