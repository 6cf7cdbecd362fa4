// SPDX-License-Identifier: Apache-2.0
// A low-rank correction added to its weight, row by row: the channels of the bottleneck are the
// outer loop, so that every inner one runs along rows.
#include <cmath>

#include "variants/portable/portable.h"

namespace assay::variants::portable {

template <class Number>
void lora_merge(const Invocation& call, Operands<Number>& operands) {
  const assay_tensor* const lora_a = call.input("lora_a");
  const auto rank = static_cast<std::size_t>(lora_a->dl.shape[0]);
  const auto d_in = static_cast<std::size_t>(lora_a->dl.shape[1]);
  const auto d_out = static_cast<std::size_t>(call.input("w")->dl.shape[0]);
  if (rank == 0) throw CallError("lora: rank is 0; a correction needs a channel to go through");
  const bool by_root = call.string("scaling") == "alpha_over_sqrt_rank";
  const auto channels = static_cast<Number>(rank);
  const Number scaling =
      static_cast<Number>(call.f64("alpha")) / (by_root ? std::sqrt(channels) : channels);
  const Number* w = operands.read(call.input("w"));
  const Number* a = operands.read(lora_a);
  const Number* b = operands.read(call.input("lora_b"));
  Number* merged = operands.write(call.output("merged"));
  std::vector<Number> correction(d_in);
  for (std::size_t o = 0; o < d_out; ++o, w += d_in, b += rank, merged += d_in) {
    std::fill(correction.begin(), correction.end(), Number(0));
    for (std::size_t r = 0; r < rank; ++r) {
      for (std::size_t c = 0; c < d_in; ++c) correction[c] += b[r] * a[r * d_in + c];
    }
    for (std::size_t c = 0; c < d_in; ++c) merged[c] = w[c] + scaling * correction[c];
  }
}

template void lora_merge(const Invocation&, Operands<float>&);
template void lora_merge(const Invocation&, Operands<double>&);

}  // namespace assay::variants::portable
