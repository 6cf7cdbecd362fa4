// SPDX-License-Identifier: Apache-2.0
#include "variants/kernels/qkv_projection.h"

namespace assay::variants {
namespace {

/// Where the heads of one output stand in a token's row of projected channels: `shared` heads
/// together, then on to the next group.
struct Places {
  std::size_t heads, first, shared, group_stride;
  [[nodiscard]] std::size_t of(std::size_t h) const {
    return first + h / shared * group_stride + h % shared;
  }
};

struct Arrangement {
  Places q, k, v;
};

Arrangement arrangement_of(const Invocation& call) {
  const std::int64_t asked_heads = call.i64("n_heads"), asked_keys = call.i64("n_kv_heads");
  const std::string& order = call.string("arrangement");
  if (asked_keys < 1 || asked_heads % asked_keys != 0) {
    throw CallError("qkv_projection: n_heads is " + std::to_string(asked_heads) +
                    ", no multiple of n_kv_heads = " + std::to_string(asked_keys));
  }
  if (order == "per_head" && asked_heads != asked_keys) {
    throw CallError("qkv_projection: per_head needs as many key heads as query heads");
  }
  const auto heads = static_cast<std::size_t>(asked_heads);
  const auto keys = static_cast<std::size_t>(asked_keys);
  if (order == "three_blocks") {
    return {{heads, 0, 1, 1}, {keys, heads, 1, 1}, {keys, heads + keys, 1, 1}};
  }
  const std::size_t shared = heads / keys;
  return {{heads, 0, std::max<std::size_t>(shared, 1), shared + 2},
          {keys, shared, 1, shared + 2},
          {keys, shared + 1, 1, shared + 2}};
}

/// y: batch seq_len rows; out: batch heads seq_len head_dim.
template <class Number>
void deal_out(const Number* y, const Places& places, std::size_t rows, const assay_tensor& tensor,
              Number* out) {
  const auto extent = [&](int axis) { return static_cast<std::size_t>(tensor.dl.shape[axis]); };
  const std::size_t batch = extent(0), seq_len = extent(2), head_dim = extent(3);
  for (std::size_t b = 0; b < batch; ++b) {
    for (std::size_t h = 0; h < places.heads; ++h) {
      const Number* from = y + b * seq_len * rows + places.of(h) * head_dim;
      for (std::size_t i = 0; i < seq_len; ++i, from += rows, out += head_dim) {
        std::copy(from, from + head_dim, out);
      }
    }
  }
}

}  // namespace

template <class Number>
Linear<Number> qkv_linear(const Invocation& call, Operands<Number>& operands, bool is_packed) {
  const assay_tensor *x = call.input("x"), *w = call.input("w");
  const auto extent = [](const assay_tensor* tensor, int axis) {
    return static_cast<std::size_t>(tensor->dl.shape[axis]);
  };
  return {.tokens = extent(x, 0) * extent(x, 1),
          .d_in = extent(w, 1),
          .d_out = extent(w, 0),
          .x = operands.read(x),
          .w = is_packed ? nullptr : operands.read(w),
          .b = operands.read(call.input("b")),
          .y = nullptr};
}

template <class Number>
void qkv_projection(const Invocation& call, Operands<Number>& operands,
                    const Kernels<Number>& kernels, const Prepared* prepared,
                    const Executor& executor) {
  const Arrangement arrangement = arrangement_of(call);
  Linear<Number> linear = qkv_linear(call, operands, is_packed(prepared, kernels));
  std::vector<Number> y(linear.tokens * linear.d_out);
  linear.y = y.data();
  multiply(linear, prepared, kernels, executor);
  const auto deal = [&](const char* name, const Places& places) {
    const assay_tensor* const output = call.output(name);
    Number* const out = operands.write(output);
    if (out != nullptr) deal_out(y.data(), places, linear.d_out, *output, out);
  };
  deal("q", arrangement.q);
  deal("k", arrangement.k);
  deal("v", arrangement.v);
}

template Linear<float> qkv_linear(const Invocation&, Operands<float>&, bool);
template Linear<double> qkv_linear(const Invocation&, Operands<double>&, bool);
template void qkv_projection(const Invocation&, Operands<float>&, const Kernels<float>&,
                             const Prepared*, const Executor&);
template void qkv_projection(const Invocation&, Operands<double>&, const Kernels<double>&,
                             const Prepared*, const Executor&);

}  // namespace assay::variants
