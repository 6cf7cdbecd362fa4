// SPDX-License-Identifier: Apache-2.0
#include "variants/kernels/composition.h"

#include "variants/kernels/inner_call.h"

namespace assay::variants {
namespace {

template <class Number>
constexpr const char* class_of() {
  return sizeof(Number) == sizeof(double) ? "f64" : "f32";
}

}  // namespace

assay_tensor Given::abi() const {
  assay_tensor tensor{};
  tensor.name = name_;
  // The ABI's structs have no const; inputs are not written.
  tensor.dl.data = const_cast<void*>(data_);
  tensor.dl.device = {kDLCPU, 0};
  tensor.dl.ndim = rank_;
  tensor.dl.dtype = type_;
  tensor.dl.shape = const_cast<std::int64_t*>(extents_.data());
  return tensor;
}

template <class Number>
Composition<Number>::Composition(const Invocation& call, const Prepared* prepared,
                                 Operands<Number>& operands, const Kernels<Number>& kernels,
                                 const Executor& executor)
    : call_(call),
      prepared_(dynamic_cast<const PreparedModel<Number>*>(prepared)),
      operands_(operands),
      kernels_(kernels),
      executor_(executor) {
  if (prepared_ != nullptr && prepared_->packed_for != &kernels) prepared_ = nullptr;
  for (const assay_tensor& tensor : call.inputs()) inputs_.emplace(tensor.name, &tensor);
  for (const assay_tensor& tensor : call.outputs()) {
    if (is_in_out(tensor)) inputs_.emplace(tensor.name, &tensor);
  }
}

template <class Number>
const assay_tensor* Composition<Number>::find(std::string_view input) const {
  const auto found = inputs_.find(input);
  return found == inputs_.end() ? nullptr : found->second;
}

template <class Number>
const Number* Composition<Number>::read(const assay_tensor& tensor) {
  const auto [found, is_new] = read_.try_emplace(&tensor, nullptr);
  if (!is_new) return found->second;
  const bool is_wide = size_of(dtype_of(tensor)) == sizeof(Number);
  if (!is_wide && prepared_ != nullptr) {
    const auto before = prepared_->wide.find(tensor.name);
    if (before != prepared_->wide.end()) return found->second = before->second.data();
  }
  return found->second = operands_.read(&tensor);
}

template <class Number>
const Number* Composition<Number>::floats(std::string_view input) {
  const assay_tensor* tensor = find(input);
  return tensor == nullptr ? nullptr : read(*tensor);
}

template <class Number>
const std::int64_t* Composition<Number>::integers(std::string_view input) const {
  const assay_tensor* tensor = find(input);
  return tensor == nullptr ? nullptr : static_cast<const std::int64_t*>(tensor->dl.data);
}

template <class Number>
Number* Composition<Number>::output(const std::string& name) {
  return operands_.write(call_.output(name));
}

template <class Number>
const Prepared* Composition<Number>::packed(const std::string& weight) const {
  if (prepared_ == nullptr) return nullptr;
  const auto found = prepared_->packed.find(weight);
  return found == prepared_->packed.end() ? nullptr : found->second.get();
}

template <class Number>
Given Composition<Number>::weight(const char* name, const std::string& of_model) {
  const assay_tensor* tensor = find(of_model);
  if (tensor == nullptr) return {name, nullptr};
  return {name, read(*tensor), shape_of(*tensor)};
}

template <class Number>
void Composition<Number>::run(const char* op, std::initializer_list<Given> inputs,
                              Attributes attributes, Number* to, const Shape& shape,
                              const Prepared* prepared) const {
  if (find_op(op) == nullptr) throw Unsupported(std::string("no kernel for op '") + op + "'");
  const OpSchema& schema = *find_op(op);
  const Given result(schema.outputs.front().name.data(), to, shape);
  const InnerCall inner(op, class_of<Number>(), call_.threads(), inputs, &result);
  compute(inner.invocation(complete(schema, std::move(attributes))), prepared, kernels_, executor_);
}

template <class Number>
void Composition<Number>::run(const char* op, std::initializer_list<Given> inputs,
                              Attributes attributes, Number* to, const Shape& shape) const {
  run(op, inputs, std::move(attributes), to, shape, nullptr);
}

template <class Number>
Tensor<Number> Composition<Number>::run(const char* op, std::initializer_list<Given> inputs,
                                        Attributes attributes, Shape shape) const {
  Tensor<Number> result(std::move(shape));
  run(op, inputs, std::move(attributes), result.values.get(), result.shape, nullptr);
  return result;
}

/// An op that begins with a product with w, packed or not.
template <class Number>
void Composition<Number>::product(const char* op, const Tensor<Number>& x, const std::string& w,
                                  const std::string& b, Attributes attributes, Number* to) {
  const Shape shape = shape_of(*find(w));
  const Prepared* made = packed(w);
  // Nobody widens what is packed already.
  const bool is_wide = size_of(dtype_of(*find(w))) == sizeof(Number);
  const Given weights =
      made != nullptr && !is_wide ? Given::described<Number>("w", shape) : weight("w", w);
  run(op, {{"x", x}, weights, weight("b", b)}, std::move(attributes), to, {x.shape[0], shape[0]},
      made);
}

template <class Number>
Tensor<Number> Composition<Number>::linear(const Tensor<Number>& x, const std::string& w,
                                           const std::string& b, const Finish<Number>& finish) {
  if (!has(w)) throw CallError(std::string(call_.op().name) + ": " + w + ": input is missing");
  Tensor<Number> y({x.shape[0], find(w)->dl.shape[0]});
  if (kernels_.fuses) {
    fused_linear(x, w, b, finish, y.values.get());
    return y;
  }
  product("linear", x, w, b, {}, y.values.get());
  if (finish.activation != "none") {
    y = run("activation", {{"x", y}}, {{"form", std::string(finish.activation)}}, y.shape);
  }
  if (finish.factor != nullptr) multiply(y, *finish.factor);
  return y;
}

template <class Number>
void Composition<Number>::add_linear(Tensor<Number>& to, const Tensor<Number>& x,
                                     const std::string& w, const std::string& b) {
  if (kernels_.fuses && has(w)) {
    fused_linear(x, w, b, {.added = &to}, to.values.get());
  } else {
    add(to, linear(x, w, b));
  }
}

/// One call of the kernel, past the door of single ops.
template <class Number>
void Composition<Number>::fused_linear(const Tensor<Number>& x, const std::string& w,
                                       const std::string& b, const Finish<Number>& finish,
                                       Number* to) {
  const assay_tensor& weights = *find(w);
  const Prepared* packed_weights = packed(w);
  const assay_tensor* bias = find(b);
  const auto values_of = [](const Tensor<Number>* tensor) {
    return tensor == nullptr ? nullptr : tensor->values.get();
  };
  variants::multiply<Number>({.tokens = static_cast<std::size_t>(x.shape[0]),
                              .d_in = static_cast<std::size_t>(weights.dl.shape[1]),
                              .d_out = static_cast<std::size_t>(weights.dl.shape[0]),
                              .x = x.values.get(),
                              .w = packed_weights != nullptr ? nullptr : read(weights),
                              .b = bias != nullptr ? read(*bias) : nullptr,
                              .y = to,
                              .bend = bend_of(finish.activation),
                              .factor = values_of(finish.factor),
                              .added = values_of(finish.added)},
                             packed_weights, kernels_, executor_);
}

template <class Number>
void Composition<Number>::unembed(const Tensor<Number>& x, const std::string& w,
                                  const std::string& b, Number* to) {
  product("unembedding", x, w, b,
          {{"scale", attribute("logit_scale")}, {"softcap", attribute("logit_softcap")}}, to);
}

template <class Number>
Tensor<Number> Composition<Number>::rms_norm(const std::string& name, const Tensor<Number>& x) {
  return run("rms_norm", {{"x", x}, weight("weight", name)},
             {{"eps", attribute("norm_eps")}, {"weight_form", attribute("norm_weight_form")}},
             x.shape);
}

template <class Number>
Tensor<Number> Composition<Number>::norm(const std::string& name, const Tensor<Number>& x) {
  if (!has(name + ".weight")) {
    Tensor<Number> same(x.shape);
    std::copy_n(x.values.get(), x.count(), same.values.get());
    return same;
  }
  if (call_.string("norm") == "rms_norm") return rms_norm(name + ".weight", x);
  return run("layer_norm",
             {{"x", x}, weight("weight", name + ".weight"), weight("bias", name + ".bias")},
             {{"eps", attribute("norm_eps")}}, x.shape);
}

template <class Number>
void Composition<Number>::add(Tensor<Number>& to, const Tensor<Number>& by) const {
  for_elements(to.count(), 1, [&](std::size_t first, std::size_t last) {
    for (std::size_t n = first; n < last; ++n) to.values[n] += by.values[n];
  });
}

template <class Number>
void Composition<Number>::multiply(Tensor<Number>& to, const Tensor<Number>& by) const {
  for_elements(to.count(), 1, [&](std::size_t first, std::size_t last) {
    for (std::size_t n = first; n < last; ++n) to.values[n] *= by.values[n];
  });
}

template <class Number>
void Composition<Number>::tap(const std::string& name, const Tensor<Number>& stage) {
  Number* shown = output("tap." + name);
  if (shown != nullptr) std::copy_n(stage.values.get(), stage.count(), shown);
}

template class Composition<float>;
template class Composition<double>;

}  // namespace assay::variants
