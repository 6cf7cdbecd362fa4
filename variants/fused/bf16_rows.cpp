// SPDX-License-Identifier: Apache-2.0
#include "variants/fused/bf16_rows.h"

#if defined(__x86_64__)
#include <immintrin.h>

#include <algorithm>
#endif

namespace assay::variants::fused {

#if defined(__x86_64__)
namespace {

constexpr std::size_t lanes = 16;

__mmask16 first_lanes(std::size_t count) {
  return static_cast<__mmask16>((1U << std::min(count, lanes)) - 1);
}

__attribute__((target("avx512f,avx512bf16"))) __m512bh rounded(const float* x, std::size_t count) {
  const std::size_t beyond = count > lanes ? count - lanes : 0;
  const __m512 low = _mm512_maskz_loadu_ps(first_lanes(count), x);
  const __m512 high =
      beyond > 0 ? _mm512_maskz_loadu_ps(first_lanes(beyond), x + lanes) : _mm512_setzero_ps();
  return _mm512_cvtne2ps_pbh(high, low);
}

/// The first `count` of 32 elements.
__attribute__((target("avx512bw"))) __mmask32 first_elements(std::size_t count) {
  return count >= line_elements ? ~__mmask32{0} : (__mmask32{1} << count) - 1;
}

}  // namespace

bool has_avx512_bf16() {
  return __builtin_cpu_supports("avx512bf16") && __builtin_cpu_supports("avx512bw");
}

__attribute__((target("avx512f,avx512bw,avx512bf16"))) void round_row(const Bf16Linear& p,
                                                                      std::size_t row,
                                                                      std::size_t stride,
                                                                      std::uint16_t* to) {
  for (std::size_t i = 0; i < p.d_in; i += line_elements, to += stride) {
    const std::size_t left = p.d_in - i, at = row * p.d_in + i;
    const __m512i line = p.stored_x != nullptr
                             ? _mm512_maskz_loadu_epi16(first_elements(left), p.stored_x + at)
                             : reinterpret_cast<__m512i>(rounded(p.x + at, left));
    _mm512_storeu_si512(to, line);
  }
}

__attribute__((target("avx512f,avx512bw,avx512bf16"))) void finish_block(
    const Bf16Linear& p, const Kernels<float>& kernels, float* sums, std::size_t stride,
    const Block& block, std::uint16_t* to, std::size_t to_stride) {
  const auto [row, rows, column, columns] = block;
  for (std::size_t c = 0; p.b != nullptr && c < columns; c += lanes) {
    const __m512 bias = _mm512_maskz_loadu_ps(first_lanes(columns - c), p.b + column + c);
    for (std::size_t r = 0; r < rows; ++r) {
      float* const at = sums + r * stride + c;
      _mm512_storeu_ps(at, _mm512_add_ps(_mm512_loadu_ps(at), bias));
    }
  }
  if (p.stored_y == nullptr) return kernels.finish(p, sums, stride, row, rows, column, columns);
  for (std::size_t r = 0; r < rows; ++r, to += to_stride) {
    for (std::size_t c = 0; c < columns; c += line_elements) {
      const auto line = reinterpret_cast<__m512i>(rounded(sums + r * stride + c, columns - c));
      _mm512_mask_storeu_epi16(to + c, first_elements(columns - c), line);
    }
  }
}

__attribute__((target("avx512f,avx512bw"))) void stream_rows(const std::uint16_t* from,
                                                             std::size_t from_stride,
                                                             std::size_t rows, std::size_t columns,
                                                             std::uint16_t* to,
                                                             std::size_t to_stride) {
  for (std::size_t r = 0; r < rows; ++r, from += from_stride, to += to_stride) {
    const std::size_t into_line = reinterpret_cast<std::uintptr_t>(to) / sizeof *to % line_elements;
    const std::size_t head = std::min(columns, (line_elements - into_line) % line_elements);
    const __mmask32 first = first_elements(head);
    _mm512_mask_storeu_epi16(to, first, _mm512_maskz_loadu_epi16(first, from));
    std::size_t c = head;
    for (; c + line_elements <= columns; c += line_elements)
      _mm512_stream_si512(reinterpret_cast<__m512i*>(to + c), _mm512_loadu_si512(from + c));
    const __mmask32 last = first_elements(columns - c);
    _mm512_mask_storeu_epi16(to + c, last, _mm512_maskz_loadu_epi16(last, from + c));
  }
  _mm_sfence();
}
#else
bool has_avx512_bf16() { return false; }
#endif

}  // namespace assay::variants::fused
