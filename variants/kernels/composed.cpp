// SPDX-License-Identifier: Apache-2.0
#include "variants/kernels/composed.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace assay::variants::composed {
namespace {

template <class Number>
struct ComposedOp {
  std::string_view op;
  void (*compute)(const Task<Number>&);
};

template <class Number>
constexpr ComposedOp<Number> composed_ops[] = {
    {"unembedding", unembedding<Number>},
    {"classification_head", classification_head<Number>},
    {"lora", lora<Number>},
};

/// Arithmetic operations that a tanh of the C library is worth.
constexpr double tanh_work = 30;

template <class Number>
Number bent(std::string_view activation, Number x) {
  if (activation == "tanh") return std::tanh(x);
  if (activation == "relu") return x < 0 ? Number(0) : x;
  if (activation == "none") return x;
  return x / 2 * (1 + std::erf(x / std::sqrt(Number(2))));  // gelu
}

}  // namespace

bool computes(std::string_view op) {
  return std::ranges::any_of(composed_ops<float>, [&](const auto& each) { return each.op == op; });
}

template <class Number>
void compute(const Task<Number>& task) {
  for (const ComposedOp<Number>& each : composed_ops<Number>) {
    if (each.op == task.call.op().name) return each.compute(task);
  }
}

template <class Number>
void unembedding(const Task<Number>& task) {
  const auto& [call, operands, kernels, prepared, executor] = task;
  const auto scale = static_cast<Number>(call.f64("scale"));
  const auto softcap = static_cast<Number>(call.f64("softcap"));
  if (scale == 1 && !(softcap > 0)) return multiply(call, operands, prepared, kernels, executor);
  const Linear<Number> p = linear_problem<Number>(call, operands, is_packed(prepared, kernels));
  multiply(p, prepared, kernels, executor);
  const double work = softcap > 0 ? tanh_work : 1;
  for_ranges(executor, p.tokens * p.d_out, work, [&](std::size_t first, std::size_t last) {
    for (std::size_t i = first; i < last; ++i) p.y[i] *= scale;
    if (!(softcap > 0)) return;
    for (std::size_t i = first; i < last; ++i) p.y[i] = softcap * std::tanh(p.y[i] / softcap);
  });
}

template <class Number>
void classification_head(const Task<Number>& task) {
  const auto [call, operands, kernels, prepared, executor] = task;
  Linear<Number> scores = linear_problem<Number>(call, operands, is_packed(prepared, kernels));
  const assay_tensor* const dense = call.input("w_dense");
  const auto d_model = static_cast<std::size_t>(call.input("x")->dl.shape[1]);
  if (dense == nullptr && (call.input("b_dense") != nullptr || scores.d_in != d_model)) {
    throw CallError("classification_head: without w_dense, w must have the channels of x and " +
                    std::string("b_dense be absent"));
  }
  std::vector<Number> hidden(dense == nullptr ? 0 : scores.tokens * scores.d_in);
  if (dense != nullptr) {
    kernels.linear({.tokens = scores.tokens,
                    .d_in = d_model,
                    .d_out = scores.d_in,
                    .x = scores.x,
                    .w = operands.read(dense),
                    .b = operands.read(call.input("b_dense")),
                    .y = hidden.data()},
                   nullptr, executor);
    for (Number& each : hidden) each = bent(call.string("activation"), each);
    scores.x = hidden.data();
  }
  multiply(scores, prepared, kernels, executor);
}

template <class Number>
void lora(const Task<Number>& task) {
  const auto [call, operands, kernels, prepared, executor] = task;
  const Linear<Number> base = linear_problem<Number>(call, operands, is_packed(prepared, kernels));
  const auto rank = static_cast<std::size_t>(call.input("lora_a")->dl.shape[0]);
  if (rank == 0) throw CallError("lora: rank is 0; a correction needs a channel to go through");
  const bool by_root = call.string("scaling") == "alpha_over_sqrt_rank";
  const auto channels = static_cast<Number>(rank);
  const Number scaling =
      static_cast<Number>(call.f64("alpha")) / (by_root ? std::sqrt(channels) : channels);

  multiply(base, prepared, kernels, executor);
  std::vector<Number> narrow(base.tokens * rank), correction(base.tokens * base.d_out);
  kernels.linear({.tokens = base.tokens,
                  .d_in = base.d_in,
                  .d_out = rank,
                  .x = base.x,
                  .w = operands.read(call.input("lora_a")),
                  .b = nullptr,
                  .y = narrow.data()},
                 nullptr, executor);
  kernels.linear({.tokens = base.tokens,
                  .d_in = rank,
                  .d_out = base.d_out,
                  .x = narrow.data(),
                  .w = operands.read(call.input("lora_b")),
                  .b = nullptr,
                  .y = correction.data()},
                 nullptr, executor);
  for (std::size_t i = 0; i < correction.size(); ++i) base.y[i] += scaling * correction[i];
}

template void compute(const Task<float>&);
template void compute(const Task<double>&);

}  // namespace assay::variants::composed
