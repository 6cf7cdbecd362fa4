// SPDX-License-Identifier: Apache-2.0
#include "variants/fused/bf16_dot.h"

#if defined(__x86_64__)
#include <immintrin.h>

#include <algorithm>
#include <array>
#endif

namespace assay::variants::fused {

#if defined(__x86_64__)
namespace {

constexpr std::size_t lanes = 16, tile_rows = 6, tile_vectors = 4;
constexpr std::size_t panel_columns = tile_vectors * lanes;  // padded with zeros
constexpr std::size_t row_group = 8 * tile_rows;

std::size_t pairs_of(std::size_t d_in) { return (d_in + 1) / 2; }
std::size_t panels_of(std::size_t d_out) { return (d_out + panel_columns - 1) / panel_columns; }

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

/// x as pairs of bf16, rows of pairs_of(d_in) words.
Buffer<std::uint32_t> rounded(const Linear<float>& p) {
  const std::size_t pairs = pairs_of(p.d_in);
  Buffer<std::uint32_t> words(p.tokens * pairs);
  for (std::size_t t = 0; t < p.tokens; ++t) {
    for (std::size_t pair = 0; pair < pairs; ++pair) {
      const float* x = p.x + t * p.d_in + 2 * pair;
      const std::uint32_t second = 2 * pair + 1 < p.d_in ? bf16_from_f32(x[1]) : 0;
      words.data()[t * pairs + pair] = bf16_from_f32(x[0]) | second << 16;
    }
  }
  return words;
}

/// sums: Rows x panel_columns, of the products of Rows rows of x with a panel.
template <std::size_t Rows>
__attribute__((target("avx512f,avx512bf16"))) void tile(const std::uint32_t* x, std::size_t pairs,
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
      const __m512i element = _mm512_set1_epi32(static_cast<int>(x[r * pairs + pair]));
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

using Tile = void (*)(const std::uint32_t*, std::size_t, const std::uint16_t*, float*);
constexpr std::array<Tile, tile_rows> tiles = {tile<1>, tile<2>, tile<3>,
                                               tile<4>, tile<5>, tile<6>};

void linear(const Linear<float>& p, const std::uint16_t* packed, const Kernels<float>& kernels,
            const Executor& executor) {
  const std::size_t pairs = pairs_of(p.d_in);
  const Buffer<std::uint32_t> x = rounded(p);
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
        tiles[std::min(tile_rows, rows - r) - 1](x.data() + (begin + r) * pairs, pairs,
                                                 packed + column * pairs * 2,
                                                 sums.data() + r * panel_columns);
      }
      for (std::size_t r = 0; p.b != nullptr && r < rows; ++r) {
        for (std::size_t c = 0; c < columns; ++c)
          sums.data()[r * panel_columns + c] += p.b[column + c];
      }
      kernels.finish(p, sums.data(), panel_columns, begin, rows, column, columns);
    }
  });
}

}  // namespace

const Bf16Dot* bf16_dot() {
  static constexpr Bf16Dot dot = {pack, linear};
  return __builtin_cpu_supports("avx512bf16") ? &dot : nullptr;
}
#else
const Bf16Dot* bf16_dot() { return nullptr; }
#endif

}  // namespace assay::variants::fused
