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
    {"lora", lora<Number>},
};

/// Arithmetic operations that a tanh of the C library is worth.
constexpr double tanh_work = 30;

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
  const Linear<Number> p = linear_problem<Number>(task.call, task.operands);
  task.kernels.linear(p, task.packed, task.executor);
  const auto scale = static_cast<Number>(task.call.f64("scale"));
  const auto softcap = static_cast<Number>(task.call.f64("softcap"));
  if (scale == 1 && !(softcap > 0)) return;
  const double work = softcap > 0 ? tanh_work : 1;
  for_ranges(task.executor, p.tokens * p.d_out, work, [&](std::size_t first, std::size_t last) {
    for (std::size_t i = first; i < last; ++i) p.y[i] *= scale;
    if (!(softcap > 0)) return;
    for (std::size_t i = first; i < last; ++i) p.y[i] = softcap * std::tanh(p.y[i] / softcap);
  });
}

template <class Number>
void lora(const Task<Number>& task) {
  const auto [call, operands, kernels, packed, executor] = task;
  const Linear<Number> base = linear_problem<Number>(call, operands);
  const auto rank = static_cast<std::size_t>(call.input("lora_a")->dl.shape[0]);
  if (rank == 0) throw CallError("lora: rank is 0; a correction needs a channel to go through");
  const bool by_root = call.string("scaling") == "alpha_over_sqrt_rank";
  const auto channels = static_cast<Number>(rank);
  const Number scaling =
      static_cast<Number>(call.f64("alpha")) / (by_root ? std::sqrt(channels) : channels);

  kernels.linear(base, packed, executor);
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
