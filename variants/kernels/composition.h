// SPDX-License-Identifier: Apache-2.0
// Ops made of ops: every op inside a block or a model is a call of its own, through the door that
// single ops come in by, so that it runs on whatever kernel the variant has for it.
#pragma once

#include <array>
#include <initializer_list>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>

#include "variants/kernels/models.h"

namespace assay::variants {

/// What passes from one op to the next; owns its elements, in C order.
template <class Element>
struct Tensor {
  Shape shape;
  std::unique_ptr<Element[]> values;  // null: absent

  Tensor() = default;
  explicit Tensor(Shape of)
      : shape(std::move(of)), values(std::make_unique_for_overwrite<Element[]>(count())) {}

  [[nodiscard]] std::size_t count() const {
    std::size_t count = 1;
    for (const std::int64_t extent : shape) count *= static_cast<std::size_t>(extent);
    return count;
  }
  [[nodiscard]] bool present() const { return values != nullptr; }
  /// The same elements under another shape.
  [[nodiscard]] Tensor as(Shape other) && {
    shape = std::move(other);
    return std::move(*this);
  }
};

/// A tensor given to an op inside: borrowed, or absent.
class Given {
 public:
  Given(const char* name, std::nullptr_t) : name_(name), present_(false) {}
  /// Null data: absent.
  template <class Element>
  Given(const char* name, const Element* data, const Shape& shape)
      : Given(name, shape, data, data != nullptr) {}
  template <class Element>
  Given(const char* name, const Tensor<Element>& tensor)
      : Given(name, tensor.values.get(), tensor.shape) {}
  /// A shape without elements.
  template <class Element>
  static Given described(const char* name, const Shape& shape) {
    return Given(name, shape, static_cast<const Element*>(nullptr), true);
  }

  [[nodiscard]] std::string_view name() const { return name_; }
  [[nodiscard]] bool present() const { return present_; }
  /// Points into this object.
  [[nodiscard]] assay_tensor abi() const;

 private:
  template <class Element>
  Given(const char* name, const Shape& shape, const Element* data, bool present)
      : name_(name),
        data_(data),
        type_(type_of<Element>()),
        rank_(static_cast<int>(shape.size())),
        present_(present) {
    std::copy(shape.begin(), shape.end(), extents_.begin());
  }
  template <class Element>
  static constexpr DLDataType type_of() {
    if (std::is_same_v<Element, std::int64_t>) return {kDLInt, 64, 1};
    if (std::is_same_v<Element, std::uint8_t>) return {kDLUInt, 8, 1};
    return {kDLFloat, 8 * sizeof(Element), 1};
  }

  const char* name_;
  const void* data_ = nullptr;
  DLDataType type_{};
  int rank_ = 0;
  std::array<std::int64_t, 4> extents_{};  // no op inside has more axes
  bool present_ = true;
};

/// What follows a product, in this order.
template <class Number>
struct Finish {
  std::string_view activation = "none";
  const Tensor<Number>* factor = nullptr;
  const Tensor<Number>* added = nullptr;
};

/// The weights of a model as the kernels want them, by their names in the model.
template <class Number>
struct PreparedModel final : Prepared {
  const Kernels<Number>* packed_for = nullptr;
  std::map<std::string, std::unique_ptr<Prepared>, std::less<>> packed;  // of linears
  std::map<std::string, std::vector<Number>, std::less<>> wide;  // the others of a 16-bit class
};

/// One call of a block or a model, and how to run the ops inside it. Their class is that of Number:
/// in a 16-bit class nothing is rounded between them, which the class allows.
template <class Number>
class Composition {
 public:
  Composition(const Invocation& call, const Prepared* prepared, Operands<Number>& operands,
              const Kernels<Number>& kernels, const Executor& executor);

  [[nodiscard]] const Invocation& call() const { return call_; }
  [[nodiscard]] const Attribute& attribute(std::string_view name) const {
    return call_.attributes().find(name)->second;
  }

  [[nodiscard]] bool has(std::string_view input) const { return find(input) != nullptr; }
  /// The elements of an input; nullptr where it is absent.
  const Number* floats(std::string_view input);
  [[nodiscard]] const std::int64_t* integers(std::string_view input) const;
  /// Where an output is to be written; nullptr where nobody asked for it.
  Number* output(const std::string& name);
  /// A weight of the model, under the name that the op inside has for it.
  Given weight(const char* name, const std::string& of_model);

  /// The first output of an op, of this shape.
  Tensor<Number> run(const char* op, std::initializer_list<Given> inputs, Attributes attributes,
                     Shape shape) const;
  void run(const char* op, std::initializer_list<Given> inputs, Attributes attributes, Number* to,
           const Shape& shape) const;

  /// x: tokens d_in; the result: tokens d_out. The bias may be absent.
  Tensor<Number> linear(const Tensor<Number>& x, const std::string& w, const std::string& b,
                        const Finish<Number>& finish = {});
  /// to += linear(x, w, b).
  void add_linear(Tensor<Number>& to, const Tensor<Number>& x, const std::string& w,
                  const std::string& b);
  /// The logits of x: tokens vocab_size, by the scale and cap of the model.
  void unembed(const Tensor<Number>& x, const std::string& w, const std::string& b, Number* to);
  /// The norm of that name, of the model's kind; x itself where the model lacks it.
  Tensor<Number> norm(const std::string& name, const Tensor<Number>& x);
  /// RMSNorm with a weight of this name over the last axis.
  Tensor<Number> rms_norm(const std::string& weight, const Tensor<Number>& x);

  /// to += by; to *= by.
  void add(Tensor<Number>& to, const Tensor<Number>& by) const;
  void multiply(Tensor<Number>& to, const Tensor<Number>& by) const;
  [[nodiscard]] bool is_tapped(const std::string& name) const {
    return call_.output("tap." + name) != nullptr;
  }
  /// Shows a stage to whoever asked for it.
  void tap(const std::string& name, const Tensor<Number>& stage);
  /// body(first, last) over ranges of elements, with about `work` operations each.
  template <class Body>
  void for_elements(std::size_t count, double work, const Body& body) const {
    for_ranges(executor_, count, work, body);
  }

 private:
  [[nodiscard]] const assay_tensor* find(std::string_view input) const;
  const Number* read(const assay_tensor& tensor);
  void fused_linear(const Tensor<Number>& x, const std::string& w, const std::string& b,
                    const Finish<Number>& finish, Number* to);
  void product(const char* op, const Tensor<Number>& x, const std::string& w, const std::string& b,
               Attributes attributes, Number* to);
  [[nodiscard]] const Prepared* packed(const std::string& weight) const;
  void run(const char* op, std::initializer_list<Given> inputs, Attributes attributes, Number* to,
           const Shape& shape, const Prepared* prepared) const;

  const Invocation& call_;
  const PreparedModel<Number>* prepared_;  // null: nothing prepared for these kernels
  Operands<Number>& operands_;
  const Kernels<Number>& kernels_;
  const Executor& executor_;
  std::unordered_map<std::string_view, const assay_tensor*> inputs_;
  std::unordered_map<const assay_tensor*, const Number*> read_;
};

}  // namespace assay::variants
