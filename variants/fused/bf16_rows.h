// SPDX-License-Identifier: Apache-2.0
// Rows of activations on their way into a product of bf16 and out of it: rounded where they are
// f32, taken as they are where they are stored in bf16. For processors with AVX512_BF16.
#pragma once

#include "variants/kernels/kernels.h"

namespace assay::variants::fused {

/// So many elements of a row stand together: a cache line.
inline constexpr std::size_t line_elements = 32;

/// Whether this processor has the conversions and dot products of AVX512_BF16.
bool has_avx512_bf16();

#if defined(__x86_64__)
/// Row `row` of x in bf16, lines of it `stride` elements apart; zeros after the last element.
void round_row(const Bf16Linear& p, std::size_t row, std::size_t stride, std::uint16_t* to);

/// Where an element of y lies as it is stored; null where y is f32.
inline std::uint16_t* stored_y(const Bf16Linear& p, std::size_t row, std::size_t column) {
  return p.stored_y == nullptr ? nullptr : p.stored_y + row * p.d_out + column;
}

/// A part of y.
struct Block {
  std::size_t row, rows, column, columns;
};

/// What follows the product: bias, then what finish() does where y is f32. Where it is bf16, the
/// sums are rounded to `to`, which has rows of `to_stride`. `sums` has rows of `stride`, and its
/// bias is added in place.
void finish_block(const Bf16Linear& p, const Kernels<float>& kernels, float* sums,
                  std::size_t stride, const Block& block, std::uint16_t* to, std::size_t to_stride);

/// Copies rows of bf16 past the caches: a line that is written as a whole need not be read first.
/// Ordered before later writes of this thread.
void stream_rows(const std::uint16_t* from, std::size_t from_stride, std::size_t rows,
                 std::size_t columns, std::uint16_t* to, std::size_t to_stride);
#endif

}  // namespace assay::variants::fused
