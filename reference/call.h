// SPDX-License-Identifier: Apache-2.0
// One call of an operation as the loops receive it: attributes and named tensors, nothing owned.
// The schema has been checked before (shape.h), so the loops need not look again.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>

#include "reference/attribute.h"
#include "reference/number.h"
#include "reference/schema.h"
#include "reference/view.h"

namespace assay::reference {

/// A tensor in the number type of the computation, or of integers. Inputs are read through views of
/// const.
template <class Number>
struct Operand {
  Shape shape;
  std::variant<Number*, std::int64_t*, std::uint8_t*> data;
};

template <class Number>
struct Call {
  const OpSchema* op = nullptr;
  DType storage = DType::f32;   // of the class, where a clause rounds inside
  DType operands = DType::f32;  // what the class may round the factors of inner products to
  Attributes attributes;        // complete
  std::map<std::string, Operand<Number>, std::less<>> inputs;
  std::map<std::string, Operand<Number>, std::less<>>
      outputs;  // an optional one is here when asked for

  [[nodiscard]] bool has(std::string_view input) const { return inputs.contains(input); }
  [[nodiscard]] bool wants(std::string_view output) const { return outputs.contains(output); }

  /// The input of that name, or an absent view of an optional input that is not here.
  template <class Element, std::size_t Rank>
  [[nodiscard]] View<const Element, Rank> in(std::string_view name) const {
    const auto found = inputs.find(name);
    if (found == inputs.end()) return View<const Element, Rank>::absent();
    return laid_out<Element, Rank>(found->second, op->inputs, name);
  }
  template <class Element, std::size_t Rank>
  [[nodiscard]] View<Element, Rank> out(std::string_view name) const {
    const auto found = outputs.find(name);
    if (found == outputs.end()) return View<Element, Rank>::absent();
    return laid_out<Element, Rank>(found->second, op->outputs, name);
  }

  [[nodiscard]] std::int64_t i64(std::string_view name) const { return get<std::int64_t>(name); }
  [[nodiscard]] Number f64(std::string_view name) const { return exact<Number>(get<double>(name)); }
  [[nodiscard]] bool boolean(std::string_view name) const { return get<bool>(name); }
  [[nodiscard]] const std::string& string(std::string_view name) const {
    return get<std::string>(name);
  }

 private:
  template <class Value>
  [[nodiscard]] const Value& get(std::string_view name) const {
    return std::get<Value>(attributes.find(name)->second);
  }
  /// Under layout = "bshd" the axes 1 and 2 lie exchanged in memory; the loops always see batch,
  /// heads, sequence, channel.
  template <class Element, std::size_t Rank>
  [[nodiscard]] View<Element, Rank> laid_out(const Operand<Number>& operand,
                                             std::span<const TensorSpec> specs,
                                             std::string_view name) const {
    std::array<std::size_t, Rank> shape{};
    for (std::size_t axis = 0; axis < Rank; ++axis) {
      shape[axis] = static_cast<std::size_t>(operand.shape[axis]);
    }
    View<Element, Rank> view(std::get<Element*>(operand.data), shape);
    if constexpr (Rank == 4) {
      if (find_named(specs, name)->laid_out && string("layout") == "bshd") {
        return view.with_axes_exchanged(1, 2);  //             [attention.layout] [rope.layout]
      }
    }
    return view;
  }
};

}  // namespace assay::reference
