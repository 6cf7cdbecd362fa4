// SPDX-License-Identifier: Apache-2.0
// Products of bf16 on the instruction that adds two of them to every lane of a vector: twice the
// arithmetic of f32 on processors that run it at full rate, and half the bytes everywhere.
#include "variants/fused/bf16_dot.h"
#include "variants/fused/bf16_rows.h"

#if defined(__x86_64__)
#include <immintrin.h>

#include <algorithm>
#include <array>
#include <cstring>
#endif

namespace assay::variants::fused {

#if defined(__x86_64__)
namespace {

constexpr std::size_t lanes = 16, tile_rows = 6, tile_vectors = 4;
constexpr std::size_t panel_columns = tile_vectors * lanes;  // padded with zeros
constexpr std::size_t row_group = 8 * tile_rows;

std::size_t pairs_of(std::size_t d_in) { return (d_in + 1) / 2; }
std::size_t panels_of(std::size_t d_out) { return (d_out + panel_columns - 1) / panel_columns; }
/// Elements of a row of x with its zeros.
std::size_t padded(std::size_t d_in) {
  return (d_in + line_elements - 1) / line_elements * line_elements;
}

/// Pairs of neighbouring elements of a row side by side: panel, pair, column, element of the pair.
Buffer<std::uint16_t> pack(const float* w, std::size_t d_out, std::size_t d_in) {
  const std::size_t pairs = pairs_of(d_in), panel_size = pairs * panel_columns * 2;
  Buffer<std::uint16_t> packed(panels_of(d_out) * panel_size);
  std::fill_n(packed.data(), packed.size(), std::uint16_t{0});
  for (std::size_t row = 0; row < d_out; ++row) {
    std::uint16_t* const to =
        packed.data() + row / panel_columns * panel_size + row % panel_columns * 2;
    for (std::size_t i = 0; i < d_in; ++i)
      to[i / 2 * panel_columns * 2 + i % 2] = bf16_from_f32(w[row * d_in + i]);
  }
  return packed;
}

/// sums: Rows x panel_columns, of the products of Rows rows of x with a panel.
template <std::size_t Rows>
__attribute__((target("avx512f,avx512bf16"))) void tile(const std::uint16_t* x,
                                                        std::size_t row_elements, std::size_t pairs,
                                                        const std::uint16_t* panel, float* sums) {
  __m512 sum[Rows][tile_vectors];
#pragma GCC unroll 8
  for (std::size_t r = 0; r < Rows; ++r) {
#pragma GCC unroll 8
    for (std::size_t v = 0; v < tile_vectors; ++v) sum[r][v] = _mm512_setzero_ps();
  }
  for (std::size_t pair = 0; pair < pairs; ++pair, panel += panel_columns * 2) {
    __m512i column[tile_vectors];
#pragma GCC unroll 8
    for (std::size_t v = 0; v < tile_vectors; ++v)
      column[v] = _mm512_load_si512(panel + v * lanes * 2);
#pragma GCC unroll 8
    for (std::size_t r = 0; r < Rows; ++r) {
      std::int32_t both = 0;
      std::memcpy(&both, x + r * row_elements + pair * 2, sizeof both);
      const __m512i element = _mm512_set1_epi32(both);
#pragma GCC unroll 8
      for (std::size_t v = 0; v < tile_vectors; ++v)
        sum[r][v] = _mm512_dpbf16_ps(sum[r][v], reinterpret_cast<__m512bh>(element),
                                     reinterpret_cast<__m512bh>(column[v]));
    }
  }
#pragma GCC unroll 8
  for (std::size_t r = 0; r < Rows; ++r) {
#pragma GCC unroll 8
    for (std::size_t v = 0; v < tile_vectors; ++v)
      _mm512_storeu_ps(sums + r * panel_columns + v * lanes, sum[r][v]);
  }
}

using Tile = void (*)(const std::uint16_t*, std::size_t, std::size_t, const std::uint16_t*, float*);
constexpr std::array<Tile, tile_rows> tiles = {tile<1>, tile<2>, tile<3>,
                                               tile<4>, tile<5>, tile<6>};

void linear(const Bf16Linear& p, const std::uint16_t* packed, const Kernels<float>& kernels,
            const Executor& executor) {
  const std::size_t pairs = pairs_of(p.d_in), row_elements = padded(p.d_in);
  Buffer<std::uint16_t> x(p.tokens * row_elements);
  for (std::size_t t = 0; t < p.tokens; ++t)
    round_row(p, t, line_elements, x.data() + t * row_elements);
  const std::size_t groups = (p.tokens + row_group - 1) / row_group;
  const double work = 1.0 * static_cast<double>(std::min(row_group, p.tokens)) *
                      static_cast<double>(panel_columns * p.d_in);
  for_ranges(executor, panels_of(p.d_out) * groups, work, [&](std::size_t first, std::size_t last) {
    Buffer<float> sums(row_group * panel_columns);
    for (std::size_t item = first; item < last; ++item) {
      const std::size_t panel = item / groups, begin = item % groups * row_group;
      const std::size_t rows = std::min(row_group, p.tokens - begin);
      const std::size_t column = panel * panel_columns;
      const std::size_t columns = std::min(panel_columns, p.d_out - column);
      for (std::size_t r = 0; r < rows; r += tile_rows) {
        tiles[std::min(tile_rows, rows - r) - 1](x.data() + (begin + r) * row_elements,
                                                 row_elements, pairs, packed + column * pairs * 2,
                                                 sums.data() + r * panel_columns);
      }
      finish_block(p, kernels, sums.data(), panel_columns, {begin, rows, column, columns},
                   stored_y(p, begin, column), p.d_out);
    }
  });
}

}  // namespace

const Bf16Dot* avx512_dot() {
  static constexpr Bf16Dot dot = {"avx512_bf16", pack, linear};
  return has_avx512_bf16() ? &dot : nullptr;
}
#else
const Bf16Dot* avx512_dot() { return nullptr; }
#endif

}  // namespace assay::variants::fused
