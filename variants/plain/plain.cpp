// SPDX-License-Identifier: Apache-2.0
#include "variants/plain/plain.h"

#include "reference/ops.h"
#include "variants/plain/loop_call.h"

namespace assay::variants {
namespace {

template <class Number>
void evaluate(const Invocation& invocation) {
  Operands<Number> operands;
  reference::evaluate(loop_call<Number>(invocation, operands));
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
      "run threads batch chunk align");
  return &implementation;
}

}  // namespace assay::variants
