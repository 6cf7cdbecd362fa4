// SPDX-License-Identifier: Apache-2.0
// What the problems whose tensors have heads share: extents and strides in either layout, the scale
// of attention, and what every kind of attention refuses.
#pragma once

#include <cmath>

#include "variants/kernels/problems.h"

namespace assay::variants {

inline std::size_t extent(const assay_tensor* tensor, int axis) {
  return static_cast<std::size_t>(tensor->dl.shape[axis]);
}

[[noreturn]] inline void refuse(const Invocation& call, const std::string& what) {
  throw CallError(std::string(call.op().name) + ": " + what);
}

/// batch heads tokens channels, or batch tokens heads channels under layout = "bshd".
struct HeadExtents {
  HeadExtents(const assay_tensor* tensor, bool bshd)
      : heads(extent(tensor, bshd ? 2 : 1)),
        tokens(extent(tensor, bshd ? 1 : 2)),
        channels(extent(tensor, 3)),
        head_stride(bshd ? channels : tokens * channels),
        token_stride(bshd ? heads * channels : channels) {}

  template <class Number>
  [[nodiscard]] Heads<Number> at(Number* data) const {
    return {data, heads * tokens * channels, head_stride, token_stride};
  }

  std::size_t heads, tokens, channels, head_stride, token_stride;
};

template <class Number>
void check_heads(const Invocation& call, const Attention<Number>& p) {
  if (p.n_kv_heads == 0 || p.n_heads % p.n_kv_heads != 0) {
    refuse(call, "n_heads is " + std::to_string(p.n_heads) +
                     ", no multiple of n_kv_heads = " + std::to_string(p.n_kv_heads));
  }
  if (p.window < -1 || p.window == 0) {
    refuse(call, "window is " + std::to_string(p.window) + "; it is -1 for none or at least 1");
  }
  if (!(p.softcap >= 0)) refuse(call, "softcap must be 0 for none or more");
}

template <class Number>
Number scale_of(const Invocation& call, std::size_t head_dim) {
  const std::string& rule = call.string("scale_rule");
  if (rule == "given") return static_cast<Number>(call.f64("scale"));
  if (rule == "none") return 1;
  return 1 / std::sqrt(static_cast<Number>(head_dim));
}

}  // namespace assay::variants
