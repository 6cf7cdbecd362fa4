// SPDX-License-Identifier: Apache-2.0
// Memory of packed weights and of what passes from one kernel to the next: no vector of it crosses
// a cache line, it is not filled with zeros first, and where it is large it lies in huge pages,
// because a product with few rows reads it once from front to back and would wait for address
// translation.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <memory>
#include <new>

#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace assay::variants {

template <class Number>
class Buffer {
 public:
  Buffer() = default;
  /// Elements without values.
  explicit Buffer(std::size_t count)
      : count_(count), data_(count > 0 ? allocate(count * sizeof(Number)) : nullptr) {}

  [[nodiscard]] Number* data() { return data_.get(); }
  /// Null: nothing was asked for.
  [[nodiscard]] const Number* data() const { return data_.get(); }
  [[nodiscard]] std::size_t size() const { return count_; }

 private:
  struct Free {
    void operator()(Number* data) const { std::free(data); }
  };
  static Number* allocate(std::size_t bytes) {
    constexpr std::size_t line = 64, huge_page = std::size_t{2} << 20;
    const std::size_t unit = bytes >= huge_page ? huge_page : line;
    const std::size_t whole_units = (bytes + unit - 1) / unit * unit;
    void* const data = std::aligned_alloc(unit, whole_units);
    if (data == nullptr) throw std::bad_alloc();
#if defined(__linux__)
    if (unit == huge_page)
      madvise(data, whole_units, MADV_HUGEPAGE);  // a wish: refusal is no error
#endif
    return static_cast<Number*>(data);
  }

  std::size_t count_ = 0;
  std::unique_ptr<Number[], Free> data_;
};

}  // namespace assay::variants
