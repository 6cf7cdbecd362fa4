// SPDX-License-Identifier: Apache-2.0
// From the channels of a token to heads and back. Nothing is computed; elements change places.
#pragma once

#include <algorithm>

#include "reference/tensor.h"

namespace assay::reference {

/// x: tokens n_heads*head_dim, where tokens counts batch and seq_len; the result: batch n_heads
/// seq_len head_dim. The first head_dim channels are head 0.
template <class Number>
Tensor<Number> heads_first(const Tensor<Number>& x, std::int64_t batch, std::int64_t n_heads) {
  Tensor<Number> heads({batch, n_heads, x.shape[0] / std::max<std::int64_t>(batch, 1),
                        x.shape[1] / std::max<std::int64_t>(n_heads, 1)});
  const auto from = x.template view<2>();
  auto to = heads.template view<4>();
  for (std::size_t b = 0; b < to.size(0); ++b) {
    for (std::size_t h = 0; h < to.size(1); ++h) {
      for (std::size_t i = 0; i < to.size(2); ++i) {
        for (std::size_t d = 0; d < to.size(3); ++d) {
          to(b, h, i, d) = from(b * to.size(2) + i, h * to.size(3) + d);  //         [block.heads]
        }
      }
    }
  }
  return heads;
}

/// The way back.
template <class Number>
Tensor<Number> tokens_first(const Tensor<Number>& heads) {
  Tensor<Number> tokens({heads.shape[0] * heads.shape[2], heads.shape[1] * heads.shape[3]});
  const auto from = heads.template view<4>();
  auto to = tokens.template view<2>();
  for (std::size_t b = 0; b < from.size(0); ++b) {
    for (std::size_t h = 0; h < from.size(1); ++h) {
      for (std::size_t i = 0; i < from.size(2); ++i) {
        for (std::size_t d = 0; d < from.size(3); ++d) {
          to(b * from.size(2) + i, h * from.size(3) + d) = from(b, h, i, d);
        }
      }
    }
  }
  return tokens;
}

}  // namespace assay::reference
