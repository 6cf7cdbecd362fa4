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
  static constexpr assay_implementation implementation = Entry<Optimized<Threaded>>::described(
      "threaded", "the tiles of blocked on a pool of threads, statically divided",
      "run threads batch chunk align");
  return &implementation;
}

}  // namespace assay::variants
