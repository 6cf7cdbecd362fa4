// SPDX-License-Identifier: Apache-2.0
#include "variants/portable/portable.h"

#include <algorithm>

namespace assay::variants::portable {

namespace {

template <class Number>
struct PortableOp {
  std::string_view op;
  void (*compute)(const Invocation&, Operands<Number>&);
};

template <class Number>
constexpr PortableOp<Number> portable_ops[] = {
    {"learned_positions", learned_positions<Number>},
    {"sinusoidal_positions", sinusoidal_positions<Number>},
    {"alibi", alibi<Number>},
    {"t5_bias", t5_bias<Number>},
    {"embedding", embedding<Number>},
    {"lora_merge", lora_merge<Number>},
    {"pooling", pooling<Number>},
    {"span_head", span_head<Number>},
    {"log_softmax", log_softmax<Number>},
    {"log_sum_exp", log_sum_exp<Number>},
    {"draw", draw<Number>},
    {"beam_search", beam_search<Number>},
    {"cross_entropy", cross_entropy<Number>},
    {"language_model_loss", language_model_loss<Number>},
    {"merge", merge<Number>},
    {"penalties", penalties<Number>},
};

}  // namespace

bool computes(std::string_view op) {
  return std::ranges::any_of(portable_ops<float>, [&](const auto& each) { return each.op == op; });
}

template <class Number>
void compute(const Invocation& call, Operands<Number>& operands) {
  for (const PortableOp<Number>& each : portable_ops<Number>) {
    if (each.op == call.op().name) return each.compute(call, operands);
  }
  throw Unsupported("no kernel for op '" + std::string(call.op().name) + "'");
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
      const auto normalised = static_cast<double>(x[c] * inverse);
      const auto rounded = static_cast<Number>(round_to(p.rounded_before_weight, normalised));
      y[c] = rounded * (p.one_plus_weight ? 1 + p.weight[c] : p.weight[c]);
    }
  }
}

template void compute(const Invocation&, Operands<float>&);
template void compute(const Invocation&, Operands<double>&);
template void rms_norm(const RmsNorm<float>&);
template void rms_norm(const RmsNorm<double>&);

}  // namespace assay::variants::portable
