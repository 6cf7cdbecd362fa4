// SPDX-License-Identifier: Apache-2.0
// Logarithms of softmax and of its sum, a row at a time: the largest score, the sum of the shifted
// exponentials, and one pass more for the logarithms.
#include <cmath>
#include <limits>

#include "variants/portable/portable.h"
#include "variants/portable/row_sum.h"

namespace assay::variants::portable {

template <class Number>
void log_softmax(const Invocation& call, Operands<Number>& operands) {
  const auto temperature = static_cast<Number>(call.f64("temperature"));
  if (!(temperature > 0) || std::isinf(temperature)) {
    throw CallError("log_softmax: temperature must be positive and finite");
  }
  const assay_tensor* const tensor = call.input("x");
  const auto rows = static_cast<std::size_t>(tensor->dl.shape[0]);
  const auto row_len = static_cast<std::size_t>(tensor->dl.shape[1]);
  const Number* x = operands.read(tensor);
  Number* y = operands.write(call.output("log_probs"));
  for (std::size_t r = 0; r < rows; ++r, x += row_len, y += row_len) {
    for (std::size_t i = 0; i < row_len; ++i) y[i] = x[i] / temperature;
    const RowSum<Number> sum = row_sum(y, row_len);
    for (std::size_t i = 0; i < row_len; ++i) y[i] = sum.log_of(y[i]);
  }
}

template <class Number>
void log_sum_exp(const Invocation& call, Operands<Number>& operands) {
  const assay_tensor* const tensor = call.input("x");
  const auto rows = static_cast<std::size_t>(tensor->dl.shape[0]);
  const auto row_len = static_cast<std::size_t>(tensor->dl.shape[1]);
  const bool base_2 = call.string("base") == "2";
  const Number* x = operands.read(tensor);
  Number* value = operands.write(call.output("value"));
  for (std::size_t r = 0; r < rows; ++r) {
    const RowSum<Number> sum = row_sum(x + r * row_len, row_len);
    // An infinite largest score is the value itself; the sum is NaN or nothing then.
    const bool infinite = std::isinf(sum.largest) && !sum.has_nan;
    const Number natural = infinite ? sum.largest : sum.largest + sum.log_of_total;
    value[r] = base_2 ? natural / std::log(Number(2)) : natural;
  }
}

template void log_softmax(const Invocation&, Operands<float>&);
template void log_softmax(const Invocation&, Operands<double>&);
template void log_sum_exp(const Invocation&, Operands<float>&);
template void log_sum_exp(const Invocation&, Operands<double>&);

}  // namespace assay::variants::portable
