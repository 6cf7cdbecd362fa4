// SPDX-License-Identifier: Apache-2.0
// A call of the ABI as the loops want it, in a kind of number that lies differently in memory: all
// floating tensors are converted before and after. For the one source file per kind of number.
#pragma once

#include <list>
#include <vector>

#include "reference/ops.h"
#include "variants/operands.h"

namespace assay::variants::ways {

/// Number is a kind of number, Real what the class computes in: float or double.
template <class Number, class Real>
class Evaluation {
 public:
  explicit Evaluation(const Invocation& invocation) {
    call_.op = &invocation.op();
    call_.storage = invocation.number_class().storage;
    call_.operands = invocation.number_class().operands;
    call_.attributes = invocation.attributes();
    for (const assay_tensor& tensor : invocation.inputs()) {
      call_.inputs[tensor.name] = converted(tensor);
    }
    for (const assay_tensor& tensor : invocation.outputs()) {
      if (is_in_out(tensor)) call_.inputs[tensor.name] = converted(tensor);
      call_.outputs[tensor.name] = place_for(tensor);
    }
  }

  void run() {
    reference::evaluate(call_);
    for (const Result& result : results_) {
      for (std::size_t i = 0; i < result.numbers->size(); ++i) {
        result.stored[i] = real_of((*result.numbers)[i]);
      }
    }
    operands_.finish();
  }

 private:
  struct Result {
    Real* stored;
    const std::vector<Number>* numbers;
  };

  static Real real_of(const Number& number) {
    if constexpr (std::is_floating_point_v<Number>) {
      return static_cast<Real>(number);
    } else {
      return number.value();
    }
  }

  static reference::Operand<Number> integers(const assay_tensor& tensor) {
    reference::Operand<Number> operand{shape_of(tensor), static_cast<std::int64_t*>(nullptr)};
    if (dtype_of(tensor) == DType::i64) operand.data = static_cast<std::int64_t*>(tensor.dl.data);
    if (dtype_of(tensor) == DType::boolean) {
      operand.data = static_cast<std::uint8_t*>(tensor.dl.data);
    }
    return operand;
  }

  reference::Operand<Number> converted(const assay_tensor& tensor) {
    if (!is_floating(dtype_of(tensor))) return integers(tensor);
    const Real* stored = operands_.read(&tensor);
    std::vector<Number>& numbers = numbers_.emplace_back();
    numbers.reserve(count_of(tensor));
    for (std::size_t i = 0; i < count_of(tensor); ++i) numbers.push_back(Number(stored[i]));
    return {shape_of(tensor), numbers.data()};
  }

  reference::Operand<Number> place_for(const assay_tensor& tensor) {
    if (!is_floating(dtype_of(tensor))) return integers(tensor);
    std::vector<Number>& numbers = numbers_.emplace_back(count_of(tensor));
    results_.push_back({operands_.write(&tensor), &numbers});
    return {shape_of(tensor), numbers.data()};
  }

  reference::Call<Number> call_;
  Operands<Real> operands_;
  std::list<std::vector<Number>> numbers_;  // a list: the vectors must not move
  std::vector<Result> results_;
};

template <class InFloat, class InDouble>
void evaluate_in(const Invocation& invocation) {
  if (invocation.number_class().arithmetic == DType::f64) {
    Evaluation<InDouble, double>(invocation).run();
  } else {
    Evaluation<InFloat, float>(invocation).run();
  }
}

}  // namespace assay::variants::ways
