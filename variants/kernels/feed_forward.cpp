// SPDX-License-Identifier: Apache-2.0
#include "variants/kernels/feed_forward.h"

#include <cmath>
#include <limits>
#include <numeric>

namespace assay::variants {
namespace {

std::size_t extent(const assay_tensor* tensor, int axis) {
  return static_cast<std::size_t>(tensor->dl.shape[axis]);
}

template <class Number>
struct Mixture {
  std::size_t tokens, n_experts, top_k;
  bool renormalise;
  FeedForward<Number> experts;  // the weights are those of the first; the others follow
  const Number *x, *router;
  Number* y;
};

template <class Number>
Mixture<Number> mixture_problem(const Invocation& call, Operands<Number>& operands) {
  const assay_tensor* x = call.input("x");
  const assay_tensor* up = call.input("w_up");
  const std::int64_t top_k = call.i64("top_k"), n_experts = up->dl.shape[0];
  if (top_k < 1 || top_k > n_experts) {
    throw CallError("mixture_of_experts: attribute top_k is " + std::to_string(top_k) + " with " +
                    std::to_string(n_experts) + " experts");
  }
  FeedForward<Number> experts{};
  experts.d_model = extent(x, 1);
  experts.d_ff = extent(up, 1);
  experts.form = bend_of(call.string("activation"));
  experts.w_up = operands.read(up);
  experts.w_gate = operands.read(call.input("w_gate"));
  experts.w_down = operands.read(call.input("w_down"));
  return {.tokens = extent(x, 0),
          .n_experts = static_cast<std::size_t>(n_experts),
          .top_k = static_cast<std::size_t>(top_k),
          .renormalise = call.boolean("renormalise"),
          .experts = experts,
          .x = operands.read(x),
          .router = operands.read(call.input("router")),
          .y = operands.write(call.output("y"))};
}

/// The ids of the `top_k` best scores, NaN before all others, then the larger, then the lower id.
template <class Number>
std::vector<std::size_t> chosen(const Number* scores, std::size_t n_experts, std::size_t top_k) {
  std::vector<std::size_t> ids(n_experts);
  std::iota(ids.begin(), ids.end(), std::size_t{0});
  const auto before = [&](std::size_t a, std::size_t b) {
    const bool a_nan = std::isnan(scores[a]), b_nan = std::isnan(scores[b]);
    if (a_nan != b_nan) return a_nan;
    if (!a_nan && scores[a] != scores[b]) return scores[a] > scores[b];
    return a < b;
  };
  std::partial_sort(ids.begin(), ids.begin() + static_cast<std::ptrdiff_t>(top_k), ids.end(),
                    before);
  ids.resize(top_k);
  return ids;
}

/// scores become probabilities.
template <class Number>
void softmax_in_place(Number* scores, std::size_t n) {
  Number largest = -std::numeric_limits<Number>::infinity(), total = 0;
  for (std::size_t e = 0; e < n; ++e) largest = std::max(largest, scores[e]);
  if (std::isinf(largest) && largest < 0) largest = 0;
  for (std::size_t e = 0; e < n; ++e) total += scores[e] = std::exp(scores[e] - largest);
  for (std::size_t e = 0; total != 0 && e < n; ++e) scores[e] /= total;
}

/// Where every token goes: tokens top_k.
template <class Number>
struct Routing {
  std::vector<std::size_t> experts;
  std::vector<Number> shares;
};

template <class Number>
Routing<Number> routed(const Mixture<Number>& p, const Kernels<Number>& kernels,
                       const Executor& executor) {
  std::vector<Number> scores(p.tokens * p.n_experts);
  kernels.linear({.tokens = p.tokens,
                  .d_in = p.experts.d_model,
                  .d_out = p.n_experts,
                  .x = p.x,
                  .w = p.router,
                  .b = nullptr,
                  .y = scores.data()},
                 nullptr, executor);
  Routing<Number> routing;
  for (std::size_t t = 0; t < p.tokens; ++t) {
    Number* row = scores.data() + t * p.n_experts;
    const std::vector<std::size_t> ids = chosen(row, p.n_experts, p.top_k);
    softmax_in_place(row, p.n_experts);
    Number total = 0;
    for (const std::size_t id : ids) total += row[id];
    for (const std::size_t id : ids) {
      routing.experts.push_back(id);
      routing.shares.push_back(p.renormalise ? row[id] / total : row[id]);
    }
  }
  return routing;
}

/// What one expert makes of all tokens that go to it, in one call of its kernels; `results` is
/// tokens top_k d_model.
template <class Number>
void run_expert(const Mixture<Number>& p, std::size_t expert,
                const std::vector<std::size_t>& experts, std::vector<Number>& results,
                const Kernels<Number>& kernels, const Executor& executor) {
  const std::size_t n = p.experts.d_model, weights = n * p.experts.d_ff;
  std::vector<std::size_t> places;
  std::vector<Number> x;
  for (std::size_t place = 0; place < experts.size(); ++place) {
    if (experts[place] != expert) continue;
    places.push_back(place);
    const Number* token = p.x + place / p.top_k * n;
    x.insert(x.end(), token, token + n);
  }
  if (places.empty()) return;
  std::vector<Number> y(x.size());
  FeedForward<Number> layer = p.experts;
  layer.tokens = places.size();
  layer.x = x.data();
  layer.y = y.data();
  layer.w_up += expert * weights;
  layer.w_down += expert * weights;
  if (layer.w_gate != nullptr) layer.w_gate += expert * weights;
  feed_forward(layer, {}, kernels, executor);
  for (std::size_t i = 0; i < places.size(); ++i) {
    std::copy_n(y.data() + i * n, n, results.data() + places[i] * n);
  }
}

}  // namespace

template <class Number>
void feed_forward(const FeedForward<Number>& p, const PackedFeedForward& packed,
                  const Kernels<Number>& kernels, const Executor& executor) {
  const bool is_gated = p.w_gate != nullptr || packed.gate != nullptr;
  Buffer<Number> up(p.tokens * p.d_ff), gate(is_gated ? p.tokens * p.d_ff : 0);
  Linear<Number> widening = {p.tokens, p.d_model, p.d_ff, p.x, p.w_up, p.b_up, up.data()};
  Linear<Number> opening = {p.tokens, p.d_model, p.d_ff, p.x, p.w_gate, p.b_gate, gate.data()};
  if (kernels.fuses) {
    (is_gated ? opening : widening).bend = p.form;
    widening.factor = gate.data();
  }
  if (is_gated) multiply(opening, packed.gate, kernels, executor);
  multiply(widening, packed.up, kernels, executor);
  if (!kernels.fuses && is_gated) {
    kernels.gated_activation({.tokens = p.tokens,
                              .d_ff = p.d_ff,
                              .row_stride = p.d_ff,
                              .form = p.form,
                              .interleaved = false,
                              .gate = gate.data(),
                              .value = up.data(),
                              .y = up.data()},
                             executor);
  } else if (!kernels.fuses) {
    kernels.activation({up.size(), p.form, up.data(), up.data()}, executor);
  }
  const Linear<Number> narrowing = {p.tokens, p.d_ff,   p.d_model, up.data(),
                                    p.w_down, p.b_down, p.y};
  multiply(narrowing, packed.down, kernels, executor);
}

template <class Number>
FeedForward<Number> feed_forward_problem(const Invocation& call, Operands<Number>& operands,
                                         bool is_packed) {
  if (call.input("b_gate") != nullptr && call.input("w_gate") == nullptr) {
    throw CallError("feed_forward: b_gate is given without w_gate");
  }
  const assay_tensor* x = call.input("x");
  const assay_tensor* w_up = call.input("w_up");
  const auto weight = [&](const char* name) {
    return is_packed ? nullptr : operands.read(call.input(name));
  };
  return {.tokens = extent(x, 0),
          .d_model = extent(x, 1),
          .d_ff = extent(w_up, 0),
          .form = bend_of(call.string("activation")),
          .x = operands.read(x),
          .w_up = weight("w_up"),
          .b_up = operands.read(call.input("b_up")),
          .w_gate = weight("w_gate"),
          .b_gate = operands.read(call.input("b_gate")),
          .w_down = weight("w_down"),
          .b_down = operands.read(call.input("b_down")),
          .y = operands.write(call.output("y"))};
}

template <class Number>
void mixture_of_experts(const Invocation& call, Operands<Number>& operands,
                        const Kernels<Number>& kernels, const Executor& executor) {
  const Mixture<Number> p = mixture_problem<Number>(call, operands);
  const Routing<Number> routing = routed(p, kernels, executor);
  const std::size_t n = p.experts.d_model;
  std::vector<Number> results(p.tokens * p.top_k * n);
  for (std::size_t expert = 0; expert < p.n_experts; ++expert) {
    run_expert(p, expert, routing.experts, results, kernels, executor);
  }
  std::fill_n(p.y, p.tokens * n, Number{0});
  for (std::size_t place = 0; place < routing.experts.size(); ++place) {
    Number* y = p.y + place / p.top_k * n;
    const Number* result = results.data() + place * n;
    for (std::size_t c = 0; c < n; ++c) y[c] += routing.shares[place] * result[c];
  }
  if (const assay_tensor* experts = call.output("experts")) {
    std::ranges::copy(routing.experts, static_cast<std::int64_t*>(experts->dl.data));
  }
  if (Number* shares = operands.write(call.output("shares"))) {
    std::ranges::copy(routing.shares, shares);
  }
}

template void feed_forward(const FeedForward<float>&, const PackedFeedForward&,
                           const Kernels<float>&, const Executor&);
template void feed_forward(const FeedForward<double>&, const PackedFeedForward&,
                           const Kernels<double>&, const Executor&);
template FeedForward<float> feed_forward_problem(const Invocation&, Operands<float>&, bool);
template FeedForward<double> feed_forward_problem(const Invocation&, Operands<double>&, bool);
template void mixture_of_experts(const Invocation&, Operands<float>&, const Kernels<float>&,
                                 const Executor&);
template void mixture_of_experts(const Invocation&, Operands<double>&, const Kernels<double>&,
                                 const Executor&);

}  // namespace assay::variants
