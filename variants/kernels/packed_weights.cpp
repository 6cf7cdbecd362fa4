// SPDX-License-Identifier: Apache-2.0
// One matrix of weights, packed for the kernels that multiply by it.
#include "variants/kernels/kernels.h"

namespace assay::variants {
namespace {

template <class Number>
struct PackedWeights final : Prepared {
  Buffer<Number> panels;
  Buffer<std::uint16_t> pairs;                  // instead, for the dot products of bf16
  const Kernels<Number>* packed_for = nullptr;  // every instruction set has panels of its own width
};

/// Null: not what pack() made for these kernels.
template <class Number>
const PackedWeights<Number>* weights_for(const Kernels<Number>& kernels, const Prepared* prepared) {
  const auto* weights = dynamic_cast<const PackedWeights<Number>*>(prepared);
  return weights != nullptr && weights->packed_for == &kernels ? weights : nullptr;
}

/// The elements as they are stored; null where they are not bf16.
std::uint16_t* stored_bf16(const assay_tensor* tensor) {
  if (tensor == nullptr || dtype_of(*tensor) != DType::bf16) return nullptr;
  return static_cast<std::uint16_t*>(tensor->dl.data);
}

}  // namespace

template <class Number>
bool rounds_factors(const NumberClass& number_class, const Kernels<Number>& kernels) {
  return sizeof(Number) == sizeof(float) && number_class.operands == DType::bf16 &&
         kernels.bf16_dot != nullptr;
}

template <class Number>
std::unique_ptr<Prepared> pack(const Linear<Number>& p, const NumberClass& number_class,
                               const Kernels<Number>& kernels) {
  auto weights = std::make_unique<PackedWeights<Number>>();
  weights->packed_for = &kernels;
  if constexpr (std::is_same_v<Number, float>) {
    if (rounds_factors(number_class, kernels)) {
      weights->pairs = kernels.bf16_dot->pack(p.w, p.d_out, p.d_in);
      return weights;
    }
  }
  weights->panels = kernels.pack_weights(p);
  return weights;
}

template <class Number>
bool is_packed(const Prepared* prepared, const Kernels<Number>& kernels) {
  return weights_for(kernels, prepared) != nullptr;
}

template <class Number>
void multiply(const Linear<Number>& p, const Prepared* prepared, const Kernels<Number>& kernels,
              const Executor& executor) {
  const PackedWeights<Number>* weights = weights_for(kernels, prepared);
  if constexpr (std::is_same_v<Number, float>) {
    if (weights != nullptr && weights->pairs.data() != nullptr)
      return kernels.bf16_dot->linear({p}, weights->pairs.data(), kernels, executor);
  }
  kernels.linear(p, weights != nullptr ? weights->panels.data() : nullptr, executor);
}

template <class Number>
void multiply(const Invocation& call, Operands<Number>& operands, const Prepared* prepared,
              const Kernels<Number>& kernels, const Executor& executor) {
  const PackedWeights<Number>* weights = weights_for(kernels, prepared);
  if constexpr (std::is_same_v<Number, float>) {
    if (weights != nullptr && weights->pairs.data() != nullptr) {
      const assay_tensor *x = call.input("x"), *w = call.input("w");
      const assay_tensor* y =
          call.output("y") != nullptr ? call.output("y") : call.output("logits");
      Bf16Linear p{{.tokens = static_cast<std::size_t>(x->dl.shape[0]),
                    .d_in = static_cast<std::size_t>(w->dl.shape[1]),
                    .d_out = static_cast<std::size_t>(w->dl.shape[0]),
                    .x = nullptr,
                    .w = nullptr,
                    .b = operands.read(call.input("b")),
                    .y = nullptr},
                   stored_bf16(x),
                   stored_bf16(y)};
      if (p.stored_x == nullptr) p.x = operands.read(x);
      if (p.stored_y == nullptr) p.y = operands.write(y);
      return kernels.bf16_dot->linear(p, weights->pairs.data(), kernels, executor);
    }
  }
  multiply(linear_problem(call, operands, weights != nullptr), prepared, kernels, executor);
}

template bool rounds_factors(const NumberClass&, const Kernels<float>&);
template bool rounds_factors(const NumberClass&, const Kernels<double>&);
template std::unique_ptr<Prepared> pack(const Linear<float>&, const NumberClass&,
                                        const Kernels<float>&);
template std::unique_ptr<Prepared> pack(const Linear<double>&, const NumberClass&,
                                        const Kernels<double>&);
template bool is_packed(const Prepared*, const Kernels<float>&);
template bool is_packed(const Prepared*, const Kernels<double>&);
template void multiply(const Linear<float>&, const Prepared*, const Kernels<float>&,
                       const Executor&);
template void multiply(const Linear<double>&, const Prepared*, const Kernels<double>&,
                       const Executor&);
template void multiply(const Invocation&, Operands<float>&, const Prepared*, const Kernels<float>&,
                       const Executor&);
template void multiply(const Invocation&, Operands<double>&, const Prepared*,
                       const Kernels<double>&, const Executor&);

}  // namespace assay::variants
