// SPDX-License-Identifier: Apache-2.0
// Linear maps in many orders of summation, and with what is often cut: inputs, accumulators, tails.
#include "suites/self/accuracy/implementation.h"
#include "suites/self/accuracy/order.h"

namespace assay::accuracy {
namespace {

struct LinearStyle {
  Order order = Order::forward;
  int input_bits = 0;        // 0: whole
  int accumulator_bits = 0;  // of a running sum that is cut after every addition
  bool drops_last_channel = false;
  double first_element_factor = 1;
};

template <class Real>
std::vector<Real> linear(const Problem& p, const LinearStyle& style) {
  std::vector<Real> x = p.as<Real>("x"), w = p.as<Real>("w");
  if (style.input_bits > 0) {
    for (Real& element : x) element = static_cast<Real>(cut(element, style.input_bits));
    for (Real& element : w) element = static_cast<Real>(cut(element, style.input_bits));
  }
  const std::size_t tokens = p.extent("x", 0), d_in = p.extent("x", 1), d_out = p.extent("w", 0);
  const std::size_t used = style.drops_last_channel ? d_in - 1 : d_in;
  std::vector<Real> y(tokens * d_out);
  for (std::size_t t = 0; t < tokens; ++t) {
    for (std::size_t o = 0; o < d_out; ++o) {
      const auto a = [&](std::size_t c) { return x[t * d_in + c]; };
      const auto b = [&](std::size_t c) { return w[o * d_in + c]; };
      Real total = 0;
      if (style.accumulator_bits > 0) {
        for (std::size_t c = 0; c < used; ++c) {
          total = static_cast<Real>(cut(total + a(c) * b(c), style.accumulator_bits));
        }
      } else {
        total = dot<Real>(style.order, used, a, b);
      }
      y[t * d_out + o] = total;
    }
  }
  y[y.size() / 2] *= static_cast<Real>(style.first_element_factor);
  return y;
}

}  // namespace

void add_linear(Implementations& all) {
  const auto add = [&](const std::string& name, bool right, const LinearStyle& style) {
    all.push_back(implementation("linear", name, right, [style]<class Real>(const Problem& p) {
      return linear<Real>(p, style);
    }));
  };
  for (int order = 0; order < order_count; ++order) {
    add(std::string(order_names[order]), true, {.order = static_cast<Order>(order)});
  }
  add("inputs cut to bf16", false, {.input_bits = 8});
  add("inputs cut to TF32", false, {.input_bits = 11});
  add("bf16 accumulator", false, {.accumulator_bits = 8});
  add("f16 accumulator", false, {.accumulator_bits = 11});
  add("last channel dropped", false, {.drops_last_channel = true});
  add("one element off by 1e-4", false, {.first_element_factor = 1 + 1e-4});
  add("one element off by 1e-5", false, {.first_element_factor = 1 + 1e-5});
}

}  // namespace assay::accuracy
