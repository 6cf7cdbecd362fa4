// SPDX-License-Identifier: Apache-2.0
#include "variants/portable/portable.h"

namespace assay::variants::portable {

template <class Number>
void compute(const Invocation& call, Operands<Number>& operands) {
  const std::string_view op = call.op().name;
  if (op == "learned_positions") return learned_positions(call, operands);
  if (op == "sinusoidal_positions") return sinusoidal_positions(call, operands);
  if (op == "draw") return draw(call, operands);
  if (op == "sampling") return sampling(call, operands);
  throw Unsupported("no kernel for op '" + std::string(op) + "'");
}

template <class Number>
void rms_norm(const RmsNorm<Number>& p) {
  for (std::size_t t = 0; t < p.tokens; ++t) {
    const Number* x = p.x + t * p.d_model;
    Number* y = p.y + t * p.d_model;
    Number squares = 0;
    for (std::size_t c = 0; c < p.d_model; ++c) squares += x[c] * x[c];
    const Number inverse = 1 / std::sqrt(squares / static_cast<Number>(p.d_model) + p.eps);
    for (std::size_t c = 0; c < p.d_model; ++c) {
      const auto normalised = static_cast<float>(x[c] * inverse);
      const auto rounded = static_cast<Number>(f32_from_bf16(bf16_from_f32(normalised)));
      y[c] = rounded * (p.one_plus_weight ? 1 + p.weight[c] : p.weight[c]);
    }
  }
}

template void compute(const Invocation&, Operands<float>&);
template void compute(const Invocation&, Operands<double>&);
template void rms_norm(const RmsNorm<float>&);
template void rms_norm(const RmsNorm<double>&);

}  // namespace assay::variants::portable
