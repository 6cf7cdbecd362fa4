// SPDX-License-Identifier: Apache-2.0
#include "variants/blocked/blocked.h"

#include "variants/blocked/kernels.h"

namespace assay::variants {
namespace {

struct Blocked {
  template <class Number>
  static const Kernels<Number>& kernels() {
    return blocked::kernels<Number>();
  }
  static const Executor& executor(int) {
    static const Serial serial;
    return serial;
  }
};

}  // namespace

const assay_implementation* blocked_implementation() {
  static constexpr assay_implementation implementation = Entry<Optimized<Blocked>>::described(
      "blocked", "register and cache tiles in plain C++, online softmax, one thread",
      "run threads batch chunk align");
  return &implementation;
}

}  // namespace assay::variants
