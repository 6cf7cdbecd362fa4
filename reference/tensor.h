// SPDX-License-Identifier: Apache-2.0
// A tensor that owns its elements: what passes from one op to the next inside a block or a model.
#pragma once

#include <utility>
#include <vector>

#include "reference/call.h"

namespace assay::reference {

template <class Number>
struct Tensor {
  Shape shape;
  std::vector<Number> values;  // in C order

  Tensor() = default;
  explicit Tensor(Shape of) : shape(std::move(of)), values(count_of(shape)) {}

  static std::size_t count_of(const Shape& shape) {
    std::size_t count = 1;
    for (const std::int64_t extent : shape) count *= static_cast<std::size_t>(extent);
    return count;
  }

  /// The same elements under another shape.
  [[nodiscard]] Tensor as(Shape other) && {
    shape = std::move(other);
    return std::move(*this);
  }

  template <std::size_t Rank>
  [[nodiscard]] View<Number, Rank> view() {
    return View<Number, Rank>(values.data(), extents<Rank>());
  }
  template <std::size_t Rank>
  [[nodiscard]] View<const Number, Rank> view() const {
    return View<const Number, Rank>(values.data(), extents<Rank>());
  }

 private:
  template <std::size_t Rank>
  [[nodiscard]] std::array<std::size_t, Rank> extents() const {
    std::array<std::size_t, Rank> sizes{};
    for (std::size_t axis = 0; axis < Rank; ++axis) {
      sizes[axis] = static_cast<std::size_t>(shape[axis]);
    }
    return sizes;
  }
};

}  // namespace assay::reference
