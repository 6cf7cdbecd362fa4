// SPDX-License-Identifier: Apache-2.0
#include "variants/kernels/problems.h"

namespace assay::variants {
namespace {

std::size_t extent(const assay_tensor* tensor, int axis) {
  return static_cast<std::size_t>(tensor->dl.shape[axis]);
}

[[noreturn]] void refuse(const Invocation& call, const std::string& what) {
  throw CallError(std::string(call.op().name) + ": " + what);
}

}  // namespace

template <class Number>
Linear<Number> linear_problem(const Invocation& call, Operands<Number>& operands, bool is_packed) {
  const assay_tensor* w = call.input("w");
  const assay_tensor* x = call.input("x");
  const char* output = call.output("logits") != nullptr ? "logits" : "y";
  return {.tokens = extent(x, 0),
          .d_in = extent(w, 1),
          .d_out = extent(w, 0),
          .x = operands.read(x),
          .w = is_packed ? nullptr : operands.read(w),
          .b = operands.read(call.input("b")),
          .y = operands.write(call.output(output))};
}

template <class Number>
Softmax<Number> softmax_problem(const Invocation& call, Operands<Number>& operands) {
  const double temperature = call.f64("temperature");
  if (!(temperature > 0 && std::isfinite(temperature))) {
    refuse(call, "temperature must be positive and finite; greedy choice is sampling");
  }
  const assay_tensor* x = call.input("x");
  return {.rows = extent(x, 0),
          .row_len = extent(x, 1),
          .temperature = static_cast<Number>(temperature),
          .plus_one = call.boolean("plus_one"),
          .x = operands.read(x),
          .sinks = operands.read(call.input("sinks")),
          .probs = operands.write(call.output("probs"))};
}

template <class Number>
LayerNorm<Number> layer_norm_problem(const Invocation& call, Operands<Number>& operands) {
  const assay_tensor* x = call.input("x");
  return {.tokens = extent(x, 0),
          .d_model = extent(x, 1),
          .eps = static_cast<Number>(call.f64("eps")),
          .eps_inside_root = call.string("eps_placement") == "inside_root",
          .x = operands.read(x),
          .weight = operands.read(call.input("weight")),
          .bias = operands.read(call.input("bias")),
          .y = operands.write(call.output("y")),
          .mean = operands.write(call.output("mean")),
          .inverse_deviation = operands.write(call.output("inverse_deviation"))};
}

template <class Number>
RmsNorm<Number> rms_norm_problem(const Invocation& call, Operands<Number>& operands) {
  const assay_tensor* x = call.input("x");
  return {.tokens = extent(x, 0),
          .d_model = extent(x, 1),
          .eps = static_cast<Number>(call.f64("eps")),
          .one_plus_weight = call.string("weight_form") == "one_plus_weight",
          .rounded_before_weight = call.string("cast_order") == "round_then_weight"
                                       ? call.number_class().storage
                                       : call.number_class().arithmetic,
          .x = operands.read(x),
          .weight = operands.read(call.input("weight")),
          .y = operands.write(call.output("y"))};
}

Bend bend_of(std::string_view form) {
  constexpr std::string_view names[] = {"none",       "relu", "gelu",   "gelu_tanh",
                                        "gelu_quick", "silu", "sigmoid"};
  const auto found = std::ranges::find(names, form);
  if (found == std::end(names)) throw Unsupported("no activation '" + std::string(form) + "'");
  return static_cast<Bend>(found - std::begin(names));
}

template <class Number>
Activation<Number> activation_problem(const Invocation& call, Operands<Number>& operands) {
  const assay_tensor* x = call.input("x");
  return {.count = count_of(*x),
          .form = bend_of(call.string("form")),
          .x = operands.read(x),
          .y = operands.write(call.output("y"))};
}

template <class Number>
GatedActivation<Number> gated_activation_problem(const Invocation& call,
                                                 Operands<Number>& operands) {
  const assay_tensor* y = call.output("y");
  const std::size_t d_ff = extent(y, 1);
  const std::string_view side = call.string("gate_side");
  const Number* x = operands.read(call.input("x"));
  const Number* later = x + (side == "interleaved" ? 1 : d_ff);
  const bool gate_first = side != "second";
  return {.tokens = extent(y, 0),
          .d_ff = d_ff,
          .row_stride = 2 * d_ff,
          .form = bend_of(call.string("form")),
          .interleaved = side == "interleaved",
          .gate = gate_first ? x : later,
          .value = gate_first ? later : x,
          .y = operands.write(y)};
}

template Activation<float> activation_problem(const Invocation&, Operands<float>&);
template Activation<double> activation_problem(const Invocation&, Operands<double>&);
template GatedActivation<float> gated_activation_problem(const Invocation&, Operands<float>&);
template GatedActivation<double> gated_activation_problem(const Invocation&, Operands<double>&);
template Linear<float> linear_problem(const Invocation&, Operands<float>&, bool);
template Linear<double> linear_problem(const Invocation&, Operands<double>&, bool);
template Softmax<float> softmax_problem(const Invocation&, Operands<float>&);
template Softmax<double> softmax_problem(const Invocation&, Operands<double>&);
template LayerNorm<float> layer_norm_problem(const Invocation&, Operands<float>&);
template LayerNorm<double> layer_norm_problem(const Invocation&, Operands<double>&);
template RmsNorm<float> rms_norm_problem(const Invocation&, Operands<float>&);
template RmsNorm<double> rms_norm_problem(const Invocation&, Operands<double>&);

}  // namespace assay::variants
