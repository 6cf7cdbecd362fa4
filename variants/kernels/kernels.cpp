// SPDX-License-Identifier: Apache-2.0
#include "variants/kernels/kernels.h"

#include "variants/kernels/composed.h"
#include "variants/kernels/feed_forward.h"
#include "variants/kernels/models.h"
#include "variants/kernels/qkv_projection.h"
#include "variants/portable/portable.h"

namespace assay::variants {
namespace {

template <class Number>
struct PackedWeights final : Prepared {
  Buffer<Number> panels;
  Buffer<std::uint16_t> pairs;                  // instead, for the dot products of bf16
  const Kernels<Number>* packed_for = nullptr;  // every instruction set has panels of its own width
};

/// Ops that map x by w, which is worth packing beforehand.
bool begins_with_linear(std::string_view op) {
  constexpr std::string_view ops[] = {"linear", "qkv_projection", "unembedding",
                                      "classification_head", "lora"};
  return std::ranges::find(ops, op) != std::end(ops);
}

template <class Number>
struct PackedLayer final : Prepared {
  Buffer<Number> up, gate, down;
  const Kernels<Number>* packed_for = nullptr;
};

template <class Number>
std::unique_ptr<Prepared> pack_layer(const FeedForward<Number>& p, const Kernels<Number>& kernels) {
  auto layer = std::make_unique<PackedLayer<Number>>();
  const auto pack = [&](const Number* w, std::size_t d_in, std::size_t d_out) {
    if (w == nullptr) return Buffer<Number>();
    return kernels.pack_weights({1, d_in, d_out, nullptr, w, nullptr, nullptr});
  };
  layer->up = pack(p.w_up, p.d_model, p.d_ff);
  layer->gate = pack(p.w_gate, p.d_model, p.d_ff);
  layer->down = pack(p.w_down, p.d_ff, p.d_model);
  layer->packed_for = &kernels;
  return layer;
}

template <class Number>
PackedFeedForward<Number> packed_layer(const Prepared* prepared, const Kernels<Number>& kernels) {
  const auto* layer = dynamic_cast<const PackedLayer<Number>*>(prepared);
  if (layer == nullptr || layer->packed_for != &kernels) return {};
  return {layer->up.data(), layer->gate.data(), layer->down.data()};
}

/// Past and new keys or values one after the other, as the optional outputs want them.
template <class Number, class Row>
void concatenate(const Attention<Number>& p, std::size_t channels, const Row& row, Number* to) {
  for (std::size_t head = 0; to != nullptr && head < p.batch * p.n_kv_heads; ++head) {
    for (std::size_t j = 0; j < p.total_len; ++j, to += channels) {
      const Number* from = row(head / p.n_kv_heads, head % p.n_kv_heads, j);
      std::copy(from, from + channels, to);
    }
  }
}

/// What the kernels of attention leave to the shared text; empty: nothing.
std::string_view portable_option(const Invocation& call) {
  if (call.output("scores") != nullptr) return "the kernel never holds the scores";
  if (call.output("lse") != nullptr) return "lse";
  if (call.input("alibi_slopes") != nullptr) return "ALiBi";
  if (call.input("sinks") != nullptr) return "sinks";
  const bool two_ranges = call.input("prefix_lengths") != nullptr && call.i64("window") > 0;
  return two_ranges ? "a prefix beside a window" : "";
}

template <class Number>
void compute_attention(const Invocation& call, Operands<Number>& operands,
                       const Kernels<Number>& kernels, const Executor& executor) {
  const Attention<Number> p = attention_problem<Number>(call, operands);
  if (!portable_option(call).empty()) {
    portable::attention(p);
  } else {
    kernels.attention(p, executor);
  }
  concatenate(
      p, p.head_dim, [&](std::size_t b, std::size_t kv, std::size_t j) { return p.key(b, kv, j); },
      p.present_k);
  concatenate(
      p, p.v_head_dim,
      [&](std::size_t b, std::size_t kv, std::size_t j) { return p.value(b, kv, j); }, p.present_v);
}

}  // namespace

std::string kernel_for(const Invocation& call, std::string_view kernel_name) {
  const std::string_view op = call.op().name;
  if (portable::computes(op)) return "portable";
  if (op == "attention" && !portable_option(call).empty()) {
    return "portable: " + std::string(portable_option(call));
  }
  if (is_model(op)) return "composed: " + std::string(kernel_name);
  if (op == "rms_norm" && call.string("cast_order") == "round_then_weight" &&
      size_of(call.number_class().storage) == 2) {
    return "portable: rounds before the weight";
  }
  constexpr std::string_view fast[] = {"linear",           "softmax",        "layer_norm",
                                       "rms_norm",         "rope",           "attention",
                                       "cached_attention", "qkv_projection", "activation",
                                       "gated_activation", "feed_forward",   "mixture_of_experts",
                                       "sampling"};
  const bool has_kernel = std::ranges::find(fast, op) != std::end(fast);
  if (has_kernel || composed::computes(op)) return std::string(kernel_name);
  throw Unsupported("no kernel for op '" + std::string(op) + "'");
}

template <class Number>
const Number* packed_panels(const Prepared* prepared, const Kernels<Number>& kernels) {
  const auto* weights = dynamic_cast<const PackedWeights<Number>*>(prepared);
  if (weights == nullptr || weights->packed_for != &kernels) return nullptr;
  return weights->panels.data();
}

template <class Number>
void multiply(const Linear<Number>& p, const Prepared* prepared, const Kernels<Number>& kernels,
              const Executor& executor) {
  if constexpr (std::is_same_v<Number, float>) {
    const auto* weights = dynamic_cast<const PackedWeights<Number>*>(prepared);
    const bool in_pairs =
        weights != nullptr && weights->packed_for == &kernels && weights->pairs.data() != nullptr;
    if (in_pairs) return kernels.bf16_dot->linear(p, weights->pairs.data(), kernels, executor);
  }
  kernels.linear(p, packed_panels(prepared, kernels), executor);
}

template <class Number>
std::unique_ptr<Prepared> prepare(const Invocation& call, const Kernels<Number>& kernels) {
  const std::string_view op = call.op().name;
  if (is_model(op)) return prepare_model(call, kernels);
  Operands<Number> operands;
  if (op == "feed_forward") {
    return pack_layer(feed_forward_problem<Number>(call, operands), kernels);
  }
  if (!begins_with_linear(op)) return nullptr;
  const auto problem = op == "qkv_projection" ? qkv_linear<Number>(call, operands)
                                              : linear_problem<Number>(call, operands);
  auto weights = std::make_unique<PackedWeights<Number>>();
  weights->packed_for = &kernels;
  if constexpr (std::is_same_v<Number, float>) {
    const bool rounds_factors = call.number_class().operands == DType::bf16;
    if (op != "qkv_projection" && rounds_factors && kernels.bf16_dot != nullptr) {
      weights->pairs = kernels.bf16_dot->pack(problem.w, problem.d_out, problem.d_in);
      return weights;
    }
  }
  weights->panels = kernels.pack_weights(problem);
  return weights;
}

template <class Number>
void compute(const Invocation& call, const Prepared* prepared, const Kernels<Number>& kernels,
             const Executor& executor) {
  Operands<Number> operands;
  const std::string_view op = call.op().name;
  const Number* packed = packed_panels(prepared, kernels);
  if (op == "linear") {
    multiply(linear_problem<Number>(call, operands), prepared, kernels, executor);
  } else if (op == "qkv_projection") {
    qkv_projection(call, operands, kernels, packed, executor);
  } else if (composed::computes(op)) {
    composed::compute<Number>({call, operands, kernels, prepared, executor});
  } else if (op == "softmax") {
    kernels.softmax(softmax_problem<Number>(call, operands), executor);
  } else if (op == "layer_norm") {
    kernels.layer_norm(layer_norm_problem<Number>(call, operands), executor);
  } else if (op == "rms_norm") {
    const RmsNorm<Number> p = rms_norm_problem<Number>(call, operands);
    size_of(p.rounded_before_weight) == 2 ? portable::rms_norm(p) : kernels.rms_norm(p, executor);
  } else if (op == "rope") {
    kernels.rope(rope_problem<Number>(call, operands), executor);
  } else if (op == "activation") {
    kernels.activation(activation_problem<Number>(call, operands), executor);
  } else if (op == "gated_activation") {
    kernels.gated_activation(gated_activation_problem<Number>(call, operands), executor);
  } else if (op == "feed_forward") {
    const FeedForward<Number> p = feed_forward_problem<Number>(call, operands);
    feed_forward(p, packed_layer(prepared, kernels), kernels, executor);
  } else if (op == "mixture_of_experts") {
    mixture_of_experts(call, operands, kernels, executor);
  } else if (op == "attention") {
    compute_attention(call, operands, kernels, executor);
  } else if (op == "cached_attention") {
    kernels.attention(cached_attention_problem<Number>(call, operands).attention, executor);
  } else if (is_model(op)) {
    compute_model(call, prepared, operands, kernels, executor);
  } else {
    portable::compute(call, operands);
  }
  operands.finish();
}

template std::unique_ptr<Prepared> prepare(const Invocation&, const Kernels<float>&);
template std::unique_ptr<Prepared> prepare(const Invocation&, const Kernels<double>&);
template void multiply(const Linear<float>&, const Prepared*, const Kernels<float>&,
                       const Executor&);
template void multiply(const Linear<double>&, const Prepared*, const Kernels<double>&,
                       const Executor&);
template const float* packed_panels(const Prepared*, const Kernels<float>&);
template const double* packed_panels(const Prepared*, const Kernels<double>&);
template void compute(const Invocation&, const Prepared*, const Kernels<float>&, const Executor&);
template void compute(const Invocation&, const Prepared*, const Kernels<double>&, const Executor&);

}  // namespace assay::variants
