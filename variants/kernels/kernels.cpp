// SPDX-License-Identifier: Apache-2.0
#include "variants/kernels/kernels.h"

#include "variants/kernels/composed.h"
#include "variants/kernels/feed_forward.h"
#include "variants/kernels/models.h"
#include "variants/kernels/qkv_projection.h"
#include "variants/portable/portable.h"

namespace assay::variants {
namespace {

/// Ops that map x by w, which is worth packing beforehand.
bool begins_with_linear(std::string_view op) {
  constexpr std::string_view ops[] = {"linear", "qkv_projection", "unembedding",
                                      "classification_head", "lora"};
  return std::ranges::find(ops, op) != std::end(ops);
}

/// The weights of a feed-forward layer.
struct PackedLayer final : Prepared {
  std::unique_ptr<Prepared> up, gate, down;
};

template <class Number>
std::unique_ptr<Prepared> pack_layer(const Invocation& call, const Kernels<Number>& kernels) {
  Operands<Number> operands;
  const FeedForward<Number> p = feed_forward_problem<Number>(call, operands);
  auto layer = std::make_unique<PackedLayer>();
  const auto packed = [&](const Number* w, std::size_t d_in, std::size_t d_out) {
    if (w == nullptr) return std::unique_ptr<Prepared>();
    return pack<Number>({1, d_in, d_out, nullptr, w, nullptr, nullptr}, call.number_class(),
                        kernels);
  };
  layer->up = packed(p.w_up, p.d_model, p.d_ff);
  layer->gate = packed(p.w_gate, p.d_model, p.d_ff);
  layer->down = packed(p.w_down, p.d_ff, p.d_model);
  return layer;
}

template <class Number>
void compute_feed_forward(const Invocation& call, Operands<Number>& operands,
                          const Prepared* prepared, const Kernels<Number>& kernels,
                          const Executor& executor) {
  const auto* layer = dynamic_cast<const PackedLayer*>(prepared);
  PackedFeedForward packed;
  if (layer != nullptr && is_packed(layer->up.get(), kernels))
    packed = {layer->up.get(), layer->gate.get(), layer->down.get()};
  feed_forward(feed_forward_problem<Number>(call, operands, packed.up != nullptr), packed, kernels,
               executor);
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

template <class Number>
std::string kernel_for(const Invocation& call, const Kernels<Number>& kernels) {
  const std::string_view op = call.op().name;
  if (portable::computes(op)) return "portable";
  if (op == "attention" && !portable_option(call).empty()) {
    return "portable: " + std::string(portable_option(call));
  }
  const bool has_products = is_model(op) || op == "feed_forward" || begins_with_linear(op);
  std::string name = has_products && rounds_factors(call.number_class(), kernels)
                         ? kernels.name + ", products " + kernels.bf16_dot->name
                         : kernels.name;
  if (is_model(op)) return "composed: " + name;
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
  if (has_kernel || composed::computes(op)) return name;
  throw Unsupported("no kernel for op '" + std::string(op) + "'");
}

template <class Number>
std::unique_ptr<Prepared> prepare(const Invocation& call, const Kernels<Number>& kernels) {
  const std::string_view op = call.op().name;
  if (is_model(op)) return prepare_model(call, kernels);
  if (op == "feed_forward") return pack_layer(call, kernels);
  if (!begins_with_linear(op)) return nullptr;
  Operands<Number> operands;
  const auto problem = op == "qkv_projection" ? qkv_linear<Number>(call, operands)
                                              : linear_problem<Number>(call, operands);
  return pack(problem, call.number_class(), kernels);
}

template <class Number>
void compute(const Invocation& call, const Prepared* prepared, const Kernels<Number>& kernels,
             const Executor& executor) {
  Operands<Number> operands;
  const std::string_view op = call.op().name;
  if (op == "linear") {
    multiply(call, operands, prepared, kernels, executor);
  } else if (op == "qkv_projection") {
    qkv_projection(call, operands, kernels, prepared, executor);
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
    compute_feed_forward(call, operands, prepared, kernels, executor);
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

template std::string kernel_for(const Invocation&, const Kernels<float>&);
template std::string kernel_for(const Invocation&, const Kernels<double>&);
template std::unique_ptr<Prepared> prepare(const Invocation&, const Kernels<float>&);
template std::unique_ptr<Prepared> prepare(const Invocation&, const Kernels<double>&);
template void compute(const Invocation&, const Prepared*, const Kernels<float>&, const Executor&);
template void compute(const Invocation&, const Prepared*, const Kernels<double>&, const Executor&);

}  // namespace assay::variants
