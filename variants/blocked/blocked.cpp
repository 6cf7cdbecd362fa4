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
  using Functions = Entry<Optimized<Blocked>>;
  static constexpr assay_implementation implementation = {
      .abi_version = ASSAY_ABI_VERSION,
      .size = sizeof(assay_implementation),
      .name = "blocked",
      .version = "1",
      .summary = "register and cache tiles in plain C++, online softmax, one thread",
      .grades = "run threads batch align",
      .targets = nullptr,
      .select_target = nullptr,
      .supports = Functions::supports,
      .prepare = Functions::prepare,
      .run = Functions::run,
      .release = Functions::release,
      .last_error = last_error,
  };
  return &implementation;
}

}  // namespace assay::variants
