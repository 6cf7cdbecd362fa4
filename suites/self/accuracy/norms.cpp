// SPDX-License-Identifier: Apache-2.0
// Layer norm and RMS norm: two passes, Welford, folded weights; and eps and variance gone wrong.
#include "suites/self/accuracy/implementation.h"
#include "suites/self/accuracy/order.h"

namespace assay::accuracy {
namespace {

enum class Form { normalised_then_weight, folded_weight, scale_and_shift, divided };

struct NormStyle {
  Order order = Order::forward;
  Form form = Form::normalised_then_weight;
  bool welford = false;
  bool one_pass = false;
  bool unbiased = false;
  double eps_factor = 1;
  bool eps_outside_root = false;
};

template <class Real>
struct Moments {
  Real mean, variance;
};

template <class Real>
Moments<Real> moments_of(const Real* x, std::size_t n, const NormStyle& style) {
  const Real width = static_cast<Real>(n);
  const auto element = [&](std::size_t i) { return x[i]; };
  if (style.welford) {
    Real mean = 0, squares = 0;
    for (std::size_t i = 0; i < n; ++i) {
      const Real before = x[i] - mean;
      mean += before / static_cast<Real>(i + 1);
      squares += before * (x[i] - mean);
    }
    return {mean, squares / width};
  }
  const Real mean = sum<Real>(style.order, n, element) / width;
  if (style.one_pass) {
    return {mean, dot<Real>(style.order, n, element, element) / width - mean * mean};
  }
  const auto centred = [&](std::size_t i) { return static_cast<Real>(x[i] - mean); };
  const Real squares = dot<Real>(style.order, n, centred, centred);
  return {mean, squares / (style.unbiased ? width - 1 : width)};
}

template <class Real>
std::vector<Real> norm(const Problem& p, const NormStyle& style, bool centres) {
  const std::vector<Real> x = p.as<Real>("x"), weight = p.as<Real>("weight");
  const bool has_bias = p.has("bias");
  const std::vector<Real> bias = has_bias ? p.as<Real>("bias") : std::vector<Real>(weight.size());
  const std::size_t tokens = p.extent("x", 0), n = p.extent("x", 1);
  const Real eps = static_cast<Real>(p.f64("eps") * style.eps_factor);
  std::vector<Real> y(x.size());
  for (std::size_t t = 0; t < tokens; ++t) {
    const Real* row = &x[t * n];
    Moments<Real> moments{0, 0};
    if (centres) {
      moments = moments_of(row, n, style);
    } else {
      const auto element = [&](std::size_t i) { return row[i]; };
      moments.variance = dot<Real>(style.order, n, element, element) / static_cast<Real>(n);
    }
    const Real deviation = style.eps_outside_root ? std::sqrt(moments.variance) + eps
                                                  : std::sqrt(moments.variance + eps);
    const Real inverse = 1 / deviation;
    for (std::size_t c = 0; c < n; ++c) {
      const Real centred = row[c] - moments.mean;
      Real& out = y[t * n + c];
      switch (style.form) {
        case Form::normalised_then_weight:
          out = centred * inverse * weight[c] + bias[c];
          break;
        case Form::folded_weight:
          out = std::fma(centred, static_cast<Real>(inverse * weight[c]), bias[c]);
          break;
        case Form::scale_and_shift:
          out = (row[c] * inverse - moments.mean * inverse) * weight[c] + bias[c];
          break;
        case Form::divided:
          out = centred / deviation * weight[c] + bias[c];
          break;
      }
    }
  }
  return y;
}

}  // namespace

void add_norms(Implementations& all) {
  const auto add = [&](const std::string& op, const std::string& name, bool right,
                       const NormStyle& style) {
    const bool centres = op == "layer_norm";
    all.push_back(implementation(op, name, right, [=]<class Real>(const Problem& p) {
      return norm<Real>(p, style, centres);
    }));
  };
  for (const std::string op : {"layer_norm", "rms_norm"}) {
    for (int order = 0; order < order_count; ++order) {
      add(op, std::string(order_names[order]), true, {.order = static_cast<Order>(order)});
    }
    add(op, "weight folded, fused", true, {.order = Order::lanes8, .form = Form::folded_weight});
    add(op, "divided by the deviation", true, {.order = Order::lanes8, .form = Form::divided});
    add(op, "eps 10 % too large", false, {.eps_factor = 1.1});
    add(op, "eps 10 times too small", false, {.eps_factor = 0.1});
    add(op, "eps outside the root", false, {.eps_outside_root = true});
  }
  add("layer_norm", "Welford", true, {.welford = true});
  add("layer_norm", "x * scale + shift", true,
      {.order = Order::lanes8, .form = Form::scale_and_shift});
  add("layer_norm", "unbiased variance", false, {.unbiased = true});
  add("layer_norm", "one-pass variance", false, {.order = Order::lanes8, .one_pass = true});
}

}  // namespace assay::accuracy
