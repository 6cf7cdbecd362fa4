// SPDX-License-Identifier: Apache-2.0
// The weights of a model, packed once.
#include "variants/kernels/inner_call.h"

namespace assay::variants {
namespace {

/// Without a table of its own the token table serves as a linear, too.
bool is_tied(const Invocation& call, std::string_view name) {
  return name == "embedding.tokens" && call.input("unembedding.w") == nullptr &&
         find_named(call.op().inputs, "unembedding.w") != nullptr;
}

template <class Number>
std::unique_ptr<Prepared> packed_linear(const Invocation& call, const assay_tensor& w,
                                        const Kernels<Number>& kernels) {
  Operands<Number> operands;
  const Shape shape = shape_of(w);
  const Given given[] = {Given::described<Number>("x", {1, shape[1]}),
                         {"w", operands.read(&w), shape}};
  // The class of the model says whether factors may be rounded.
  const InnerCall inner("linear", call.number_class().name.data(), 1, given, nullptr);
  return prepare(inner.invocation({}), kernels);
}

}  // namespace

bool is_weight_of_linear(std::string_view name) {
  const std::string_view last = name.substr(name.rfind('.') + 1);
  return last == "w" || last.starts_with("w_");
}

template <class Number>
std::unique_ptr<Prepared> prepare_model(const Invocation& call, const Kernels<Number>& kernels) {
  auto model = std::make_unique<PreparedModel<Number>>();
  model->packed_for = &kernels;
  for (const assay_tensor& tensor : call.inputs()) {
    const std::string name = tensor.name;
    if (!find_named(call.op().inputs, name)->weight || tensor.dl.data == nullptr) continue;
    const bool tied = is_tied(call, name);
    if (tied || is_weight_of_linear(name))
      model->packed[name] = packed_linear(call, tensor, kernels);
    const bool looked_up_too = tied || !is_weight_of_linear(name);
    if (!looked_up_too || size_of(dtype_of(tensor)) == sizeof(Number)) continue;
    Operands<Number> operands;
    const Number* wide = operands.read(&tensor);
    model->wide[name].assign(wide, wide + count_of(tensor));
  }
  return model;
}

template std::unique_ptr<Prepared> prepare_model(const Invocation&, const Kernels<float>&);
template std::unique_ptr<Prepared> prepare_model(const Invocation&, const Kernels<double>&);

}  // namespace assay::variants
