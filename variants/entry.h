// SPDX-License-Identifier: Apache-2.0
// The C ABI seen from C++: a call whose attributes and tensors are found by name and checked
// against the schema, and the functions that turn a class with members into an
// assay_implementation.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

#include "reference/schema.h"
#include "reference/shape.h"
#include "reference/storage.h"
#include "variants/assay.h"

namespace assay::variants {

/// A call that this implementation does not do; what() is the reason, one line.
struct Unsupported : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// One call of the ABI. Nothing is owned; it lives as long as the assay_call.
class Invocation {
 public:
  /// Looks up op and class, and collects the attributes.
  /// Throws Unsupported for an op or a class that the schema does not know, CallError for
  /// attributes that are missing or of the wrong kind.
  explicit Invocation(const assay_call& call);
  /// A call made inside a variant, which has the attributes at hand, all of them.
  Invocation(const assay_call& call, Attributes attributes);

  [[nodiscard]] const OpSchema& op() const { return *op_; }
  [[nodiscard]] const NumberClass& number_class() const { return *number_class_; }
  [[nodiscard]] int threads() const { return call_->threads; }
  [[nodiscard]] const Attributes& attributes() const { return attributes_; }
  [[nodiscard]] std::span<const assay_tensor> inputs() const;
  [[nodiscard]] std::span<const assay_tensor> outputs() const;

  /// The tensor of that name, or nullptr where an optional one is absent. What the call rewrites is
  /// both an input and an output.
  [[nodiscard]] const assay_tensor* input(std::string_view name) const;
  [[nodiscard]] const assay_tensor* output(std::string_view name) const;

  [[nodiscard]] std::int64_t i64(std::string_view name) const { return get<std::int64_t>(name); }
  [[nodiscard]] double f64(std::string_view name) const { return get<double>(name); }
  [[nodiscard]] bool boolean(std::string_view name) const { return get<bool>(name); }
  [[nodiscard]] const std::string& string(std::string_view name) const {
    return get<std::string>(name);
  }

  /// Throws CallError unless every tensor has the type and shape that the schema gives it.
  void check() const;

 private:
  template <class Value>
  [[nodiscard]] const Value& get(std::string_view name) const {
    return std::get<Value>(attributes_.find(name)->second);
  }

  const assay_call* call_;
  const OpSchema* op_;
  const NumberClass* number_class_;
  Attributes attributes_;
};

inline bool is_in_out(const assay_tensor& tensor) { return (tensor.flags & ASSAY_IN_OUT) != 0; }

/// The element type of a tensor; throws CallError for one that the ABI does not have.
DType dtype_of(const assay_tensor& tensor);
Shape shape_of(const assay_tensor& tensor);
std::size_t count_of(const assay_tensor& tensor);

/// Keeps `what` as the answer to last_error() in this thread.
void remember_error(const char* what);
const char* last_error();

/// What prepare() made; destroyed by release().
struct Prepared {
  virtual ~Prepared() = default;
};

/// The functions of an assay_implementation from a class with the static members
///   std::string supports(const Invocation&)                      the kernel's name, or throws
///   Unsupported std::unique_ptr<Prepared> prepare(const Invocation&)         null: nothing to
///   prepare void run(const Invocation&, const Prepared*)
/// Exceptions end here: Unsupported as ASSAY_UNSUPPORTED, everything else as ASSAY_FAILED with its
/// text in last_error().
template <class Technique>
struct Entry {
  static int32_t supports(const assay_call* call, char* text, size_t text_size) {
    std::string answer;
    const int32_t status = guarded([&] {
      const Invocation invocation(*call);
      invocation.check();
      answer = Technique::supports(invocation);
    });
    if (status != ASSAY_OK) answer = last_error();
    if (text != nullptr && text_size > 0) {
      const std::size_t length = std::min(answer.size(), text_size - 1);
      std::memcpy(text, answer.data(), length);
      text[length] = '\0';
    }
    return status == ASSAY_OK ? ASSAY_OK : ASSAY_UNSUPPORTED;
  }

  static int32_t prepare(const assay_call* call, void** prepared) {
    return guarded([&] { *prepared = Technique::prepare(Invocation(*call)).release(); });
  }

  static int32_t run(const assay_call* call, void* prepared) {
    return guarded([&] {
      const Invocation invocation(*call);
      invocation.check();
      Technique::run(invocation, static_cast<const Prepared*>(prepared));
    });
  }

  static void release(void* prepared) { delete static_cast<Prepared*>(prepared); }

  /// The constant struct of a built-in variant. A variant with instruction sets to choose from adds
  /// them.
  static constexpr assay_implementation described(const char* name, const char* summary,
                                                  const char* grades) {
    return {.abi_version = ASSAY_ABI_VERSION,
            .size = sizeof(assay_implementation),
            .name = name,
            .version = "1",
            .summary = summary,
            .grades = grades,
            .targets = nullptr,
            .select_target = nullptr,
            .supports = supports,
            .prepare = prepare,
            .run = run,
            .release = release,
            .last_error = last_error};
  }

 private:
  template <class Body>
  static int32_t guarded(const Body& body) {
    try {
      remember_error("");
      body();
      return ASSAY_OK;
    } catch (const Unsupported& reason) {
      remember_error(reason.what());
      return ASSAY_UNSUPPORTED;
    } catch (const std::exception& error) {
      remember_error(error.what());
      return ASSAY_FAILED;
    }
  }
};

}  // namespace assay::variants
