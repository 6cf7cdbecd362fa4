// SPDX-License-Identifier: Apache-2.0
// A call of the C ABI as the loops of the reference take it.
#pragma once

#include "reference/call.h"
#include "variants/operands.h"

namespace assay::variants {

template <class Number>
reference::Operand<Number> operand_of(const assay_tensor& tensor, Number* floating) {
  reference::Operand<Number> operand{shape_of(tensor), floating};
  const DType dtype = dtype_of(tensor);
  if (dtype == DType::i64) operand.data = static_cast<std::int64_t*>(tensor.dl.data);
  if (dtype == DType::boolean) operand.data = static_cast<std::uint8_t*>(tensor.dl.data);
  return operand;
}

/// `operands` owns what had to be widened; its finish() rounds the outputs once the loops have run.
template <class Number>
reference::Call<Number> loop_call(const Invocation& invocation, Operands<Number>& operands) {
  reference::Call<Number> call;
  call.op = &invocation.op();
  call.storage = invocation.number_class().storage;
  call.operands = invocation.number_class().operands;
  call.attributes = invocation.attributes();
  for (const assay_tensor& tensor : invocation.inputs()) {
    const bool floating = is_floating(dtype_of(tensor));
    // The loops read inputs through views of const, so that nothing is written through this
    // pointer.
    call.inputs[tensor.name] = operand_of<Number>(
        tensor, floating ? const_cast<Number*>(operands.read(&tensor)) : nullptr);
  }
  for (const assay_tensor& tensor : invocation.outputs()) {
    const bool floating = is_floating(dtype_of(tensor));
    call.outputs[tensor.name] =
        operand_of<Number>(tensor, floating ? operands.write(&tensor) : nullptr);
    // The loops copy what they do not change, in place or out of the widened copy.
    if (is_in_out(tensor)) {
      call.inputs[tensor.name] = operand_of<Number>(
          tensor, floating ? const_cast<Number*>(operands.read(&tensor)) : nullptr);
    }
  }
  return call;
}

}  // namespace assay::variants
