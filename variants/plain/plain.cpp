// SPDX-License-Identifier: Apache-2.0
#include "variants/plain/plain.h"

#include "reference/ops.h"
#include "variants/operands.h"

namespace assay::variants {
namespace {

template <class Number>
reference::Operand<Number> operand_of(const assay_tensor& tensor, Number* floating) {
  reference::Operand<Number> operand{shape_of(tensor), floating};
  const DType dtype = dtype_of(tensor);
  if (dtype == DType::i64) operand.data = static_cast<std::int64_t*>(tensor.dl.data);
  if (dtype == DType::boolean) operand.data = static_cast<std::uint8_t*>(tensor.dl.data);
  return operand;
}

template <class Number>
void evaluate(const Invocation& invocation) {
  Operands<Number> operands;
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
  reference::evaluate(call);
  operands.finish();
}

struct Plain {
  static std::string supports(const Invocation&) { return "plain loops"; }
  static std::unique_ptr<Prepared> prepare(const Invocation&) { return nullptr; }
  static void run(const Invocation& invocation, const Prepared*) {
    if (invocation.number_class().arithmetic == DType::f64) {
      evaluate<double>(invocation);
    } else {
      evaluate<float>(invocation);
    }
  }
};

}  // namespace

const assay_implementation* plain_implementation() {
  static constexpr assay_implementation implementation = Entry<Plain>::described(
      "plain", "the loops of the reference as they stand, one thread, no vectors asked for",
      "run threads batch align isa");
  return &implementation;
}

}  // namespace assay::variants
