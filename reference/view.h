// SPDX-License-Identifier: Apache-2.0
// How the loops see a tensor: a pointer with a shape and a stride per axis, so that x(b, i, d)
// reads like the formula.
#pragma once

#include <array>
#include <cassert>
#include <cstddef>
#include <type_traits>
#include <utility>

namespace assay::reference {

template <class Element, std::size_t Rank>
class View {
 public:
  View() = default;
  View(Element* data, std::array<std::size_t, Rank> shape) : data_(data), shape_(shape) {
    std::size_t stride = 1;
    for (std::size_t axis = Rank; axis-- > 0;) {
      stride_[axis] = stride;
      stride *= shape_[axis];
    }
  }

  /// The same elements with two axes exchanged; nothing moves in memory.
  [[nodiscard]] View with_axes_exchanged(std::size_t first, std::size_t second) const {
    View exchanged = *this;
    std::swap(exchanged.shape_[first], exchanged.shape_[second]);
    std::swap(exchanged.stride_[first], exchanged.stride_[second]);
    return exchanged;
  }

  /// The same elements seen with this shape: an axis of extent 1 is repeated as often as asked for.
  [[nodiscard]] View broadcast_to(std::array<std::size_t, Rank> shape) const {
    View wide = *this;
    for (std::size_t axis = 0; axis < Rank; ++axis) {
      assert(shape_[axis] == shape[axis] || shape_[axis] == 1);
      if (shape_[axis] == 1) wide.stride_[axis] = 0;
      wide.shape_[axis] = shape[axis];
    }
    return wide;
  }

  template <class... Index>
  Element& operator()(Index... index) const {
    static_assert(sizeof...(Index) == Rank);
    const std::array<std::size_t, Rank> indices = {static_cast<std::size_t>(index)...};
    std::size_t offset = 0;
    for (std::size_t axis = 0; axis < Rank; ++axis) {
      assert(indices[axis] < shape_[axis]);
      offset += indices[axis] * stride_[axis];
    }
    return data_[offset];
  }

  operator View<const Element, Rank>()
      const  // NOLINT(google-explicit-constructor): as T* to const T*
      requires(!std::is_const_v<Element>) {
    return View<const Element, Rank>(data_, shape_, stride_, present_);
  }

  [[nodiscard]] std::size_t size(std::size_t axis) const { return shape_[axis]; }
  /// False for an optional tensor that the call does not have.
  [[nodiscard]] bool present() const { return present_; }
  static View absent() {
    View none;
    none.present_ = false;
    return none;
  }

 private:
  template <class, std::size_t>
  friend class View;
  View(Element* data, std::array<std::size_t, Rank> shape, std::array<std::size_t, Rank> stride,
       bool present)
      : data_(data), shape_(shape), stride_(stride), present_(present) {}

  Element* data_ = nullptr;
  std::array<std::size_t, Rank> shape_{};
  std::array<std::size_t, Rank> stride_{};
  bool present_ = true;
};

}  // namespace assay::reference
