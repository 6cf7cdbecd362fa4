// SPDX-License-Identifier: Apache-2.0
// Softmax in two passes and online, in base e and 2, and with the mistakes that rules of thumb let
// pass.
#include "suites/self/accuracy/implementation.h"
#include "suites/self/accuracy/order.h"

namespace assay::accuracy {
namespace {

struct SoftmaxStyle {
  Order order = Order::forward;
  bool base_2 = false;           // 2^((x - largest) * log2 e)
  bool folds_early = false;      // x * (log2 e / temperature), before the largest is subtracted
  bool reciprocal = false;       // times 1 / total
  std::size_t online_block = 0;  // 0: two passes
  double exp_factor_error = 0;   // relative, alternating in sign
  int prob_bits = 0;
  bool temperature_dropped = false;
};

template <class Real>
std::vector<Real> softmax(const Problem& p, const SoftmaxStyle& style) {
  const std::vector<Real> x = p.as<Real>("x");
  const std::size_t rows = p.extent("x", 0), n = p.extent("x", 1);
  const Real temperature =
      style.temperature_dropped ? Real(1) : static_cast<Real>(p.f64("temperature"));
  const Real log2_e = static_cast<Real>(1.4426950408889634), factor = log2_e / temperature;
  std::vector<Real> probs(x.size()), scores(n);
  for (std::size_t r = 0; r < rows; ++r) {
    for (std::size_t i = 0; i < n; ++i) {
      scores[i] = style.folds_early ? x[r * n + i] * factor : x[r * n + i] / temperature;
    }
    std::size_t calls = 0;
    const auto power = [&](Real t) {
      Real y = style.folds_early ? std::exp2(t)
               : style.base_2    ? std::exp2(t * log2_e)
                                 : std::exp(t);
      if (style.exp_factor_error != 0) {
        y *= static_cast<Real>(1 + (calls++ % 3 == 0 ? style.exp_factor_error : 0));
      }
      return y;
    };
    Real largest = scores[0], total = 0;
    if (style.online_block > 0) {
      largest = -std::numeric_limits<Real>::infinity();
      for (std::size_t first = 0; first < n; first += style.online_block) {
        const std::size_t end = std::min(n, first + style.online_block);
        Real grown = largest;
        for (std::size_t i = first; i < end; ++i) grown = std::max(grown, scores[i]);
        total = total * power(largest - grown);
        largest = grown;
        for (std::size_t i = first; i < end; ++i) total += power(scores[i] - largest);
      }
      for (std::size_t i = 0; i < n; ++i) probs[r * n + i] = power(scores[i] - largest);
    } else {
      for (std::size_t i = 1; i < n; ++i) largest = std::max(largest, scores[i]);
      for (std::size_t i = 0; i < n; ++i) probs[r * n + i] = power(scores[i] - largest);
      total = sum<Real>(style.order, n, [&](std::size_t i) { return probs[r * n + i]; });
    }
    for (std::size_t i = 0; i < n; ++i) {
      Real& prob = probs[r * n + i];
      prob = style.reciprocal ? prob * (1 / total) : prob / total;
      if (style.prob_bits > 0) prob = static_cast<Real>(cut(prob, style.prob_bits));
    }
  }
  return probs;
}

}  // namespace

void add_softmax(Implementations& all) {
  const auto add = [&](const std::string& name, bool right, const SoftmaxStyle& style) {
    all.push_back(implementation("softmax", name, right, [style]<class Real>(const Problem& p) {
      return softmax<Real>(p, style);
    }));
  };
  for (int order = 0; order < order_count; ++order) {
    add(std::string(order_names[order]), true, {.order = static_cast<Order>(order)});
  }
  add("times 1/total", true, {.order = Order::lanes8, .reciprocal = true});
  add("2^x", true, {.order = Order::lanes8, .base_2 = true});
  add("2^x, times 1/total", true, {.order = Order::lanes16, .base_2 = true, .reciprocal = true});
  add("online, element by element", true, {.online_block = 1});
  add("online, blocks of 16", true, {.online_block = 16});
  add("online, blocks of 64, 2^x", true, {.base_2 = true, .online_block = 64});
  add("exp off by 7e-6", false, {.exp_factor_error = 7e-6});
  add("scaled by log2 e before the maximum", false, {.folds_early = true});
  add("f16 probabilities", false, {.prob_bits = 11});
  add("temperature dropped", false, {.temperature_dropped = true});
}

}  // namespace assay::accuracy
