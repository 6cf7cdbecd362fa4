// SPDX-License-Identifier: Apache-2.0
// Ops made of ops: a block or a model names the op that comes next, its tensors and its attributes,
// and passes on what it gives. Which loops run is a template parameter: a known mistake swaps one
// op and nothing else.
#pragma once

#include <initializer_list>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include "reference/shape.h"
#include "reference/tensor.h"

namespace assay::reference {

template <class Number>
void evaluate(const Call<Number>& call);  // ops.h

/// The loops of this reference.
struct ReferenceOps {
  template <class Number>
  static void evaluate(const Call<Number>& call) {
    reference::evaluate(call);
  }
};

/// A tensor given to an op inside: borrowed, or absent.
template <class Number>
struct Given {
  std::string name;
  Operand<Number> operand;
  bool present = true;

  // The loops read inputs through views of const, so that nothing is written through these
  // pointers.
  Given(std::string of, const Tensor<Number>& tensor)
      : name(std::move(of)),
        operand{tensor.shape, const_cast<Number*>(tensor.values.data())},
        present(!tensor.shape.empty()) {}
  Given(std::string of, const Tensor<std::int64_t>& tensor)
      : name(std::move(of)),
        operand{tensor.shape, const_cast<std::int64_t*>(tensor.values.data())} {}
  Given(std::string of, const Tensor<std::uint8_t>& tensor)
      : name(std::move(of)),
        operand{tensor.shape, const_cast<std::uint8_t*>(tensor.values.data())} {}
  /// An input of the whole call; absent where the call lacks it.
  Given(std::string of, const Operand<Number>* input)
      : name(std::move(of)), operand{}, present(input != nullptr) {
    if (present) operand = *input;
  }
};

template <class Number, class Ops>
class Composition {
 public:
  explicit Composition(const Call<Number>& call) : call_(&call) {}

  [[nodiscard]] const Call<Number>& call() const { return *call_; }
  /// The same where `prefix`, such as "layers.3.", stands before the names of weights and stages.
  [[nodiscard]] Composition under(const std::string& prefix) const {
    Composition inside = *this;
    inside.prefix_ += prefix;
    return inside;
  }

  /// A weight by its name behind the prefix; nullptr where the model lacks it.
  [[nodiscard]] const Operand<Number>* weight(const std::string& name) const {
    const auto found = call_->inputs.find(prefix_ + name);
    return found == call_->inputs.end() ? nullptr : &found->second;
  }
  [[nodiscard]] bool has(const std::string& name) const { return weight(name) != nullptr; }

  /// One op: its first output. A 16-bit class may round it.
  Tensor<Number> run(std::string_view op, std::initializer_list<Given<Number>> inputs,
                     Attributes attributes = {}) const {
    Call<Number> inner;
    inner.op = find_op(op);
    if (inner.op == nullptr) throw CallError("no op '" + std::string(op) + "'");
    inner.storage = call_->storage;
    inner.operands = call_->operands;
    inner.attributes = complete(*inner.op, std::move(attributes));
    TensorTypes types;
    for (const Given<Number>& each : inputs) {
      if (!each.present) continue;
      inner.inputs.emplace(each.name, each.operand);
      types.emplace(each.name, TensorType{type_of(each.operand), each.operand.shape});
    }
    const NumberClass& number_class = *find_class("f64");  // shapes alone matter here
    const Words words = bind_words(*inner.op, number_class, inner.attributes, types);
    const std::string output(inner.op->outputs.front().name);
    Tensor<Number> result(
        output_type(*inner.op, number_class, inner.attributes, words, output).shape);
    inner.outputs.emplace(output, Operand<Number>{result.shape, result.values.data()});
    Ops::evaluate(inner);
    return settled(std::move(result));
  }

  /// The norm of that name, of the model's kind. Without a weight it is not there.
  Tensor<Number> norm(const std::string& name, const Tensor<Number>& x) const {
    if (!has(name + ".weight")) return x;  //                                 [block.absent-norm]
    const auto attribute = [&](const char* of) { return call_->attributes.find(of)->second; };
    if (call_->string("norm") == "rms_norm") {  //                              [block.norm-kind]
      return run("rms_norm", {{"x", x}, {"weight", weight(name + ".weight")}},
                 {{"eps", attribute("norm_eps")}, {"weight_form", attribute("norm_weight_form")}});
    }
    return run("layer_norm",
               {{"x", x}, {"weight", weight(name + ".weight")}, {"bias", weight(name + ".bias")}},
               {{"eps", attribute("norm_eps")}});
  }

  /// The residual stream: what was there, plus what a part of the layer adds to it.
  Tensor<Number> sum(const Tensor<Number>& stream, const Tensor<Number>& addition) const {
    Tensor<Number> result(stream.shape);
    for (std::size_t n = 0; n < result.values.size(); ++n) {
      result.values[n] = stream.values[n] + addition.values[n];  //               [block.residual]
    }
    return settled(std::move(result));
  }

  /// Shows a stage to whoever asked for it.
  void tap(const std::string& name, const Tensor<Number>& stage) const {
    const auto found = call_->outputs.find("tap." + prefix_ + name);
    if (found == call_->outputs.end()) return;
    tapped_->insert(found->first);
    auto* shown = std::get<Number*>(found->second.data);
    for (const Number& value : stage.values) *shown++ = value;
  }

  /// Throws CallError where somebody asked for a stage that this model does not have.
  void check_taps() const {
    for (const auto& [name, output] : call_->outputs) {
      if (!name.starts_with("tap.") || tapped_->contains(name)) continue;
      throw CallError(std::string(call_->op->name) + ": " + name +  //               [block.taps]
                      ": a model of these parts has no such stage");
    }
  }

 private:
  static DType type_of(const Operand<Number>& operand) {
    constexpr DType types[] = {DType::f64, DType::i64, DType::boolean};
    return types[operand.data.index()];
  }
  [[nodiscard]] Tensor<Number> settled(Tensor<Number> tensor) const {
    for (Number& value : tensor.values) value = maybe_rounded<Number>(call_->storage, value);
    return tensor;
  }

  const Call<Number>* call_;
  std::string prefix_;
  std::shared_ptr<std::set<std::string>> tapped_ = std::make_shared<std::set<std::string>>();
};

}  // namespace assay::reference
