// SPDX-License-Identifier: Apache-2.0
#include "variants/threaded/threaded.h"

#include "variants/blocked/kernels.h"
#include "variants/threaded/pool.h"

namespace assay::variants {
namespace {

struct Threaded {
  template <class Number>
  static const Kernels<Number>& kernels() {
    return blocked::kernels<Number>();
  }
  static const Executor& executor(int threads) { return threaded::pool_of(threads); }
};

}  // namespace

const assay_implementation* threaded_implementation() {
  using Functions = Entry<Optimized<Threaded>>;
  static constexpr assay_implementation implementation = {
      .abi_version = ASSAY_ABI_VERSION,
      .size = sizeof(assay_implementation),
      .name = "threaded",
      .version = "1",
      .summary = "the tiles of blocked on a pool of threads, statically divided",
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
