// SPDX-License-Identifier: Apache-2.0
#include "suites/probe_loops.h"

#include <cmath>
#include <cstring>
#include <numeric>

#if defined(__x86_64__)
#include <immintrin.h>

#include "variants/fused/amx_tiles.h"
#endif

namespace assay::suites {
namespace {

// Two units of four cycles latency need 8 chains of multiply-adds; 16 leave room for slower ones.

template <class Number>
double fma_scalar(std::int64_t steps, float* sink) {
  Number sums[16] = {};
  for (std::int64_t step = 0; step < steps; ++step)
    for (Number& sum : sums) sum = std::fma(sum, Number(0.5), Number(1));
  for (const Number sum : sums) *sink += static_cast<float>(sum);
  return static_cast<double>(steps) * 16 * 2;
}

#if defined(__x86_64__)
/// All lanes of the sums, so that none is left out.
template <class Number, class Vector, std::size_t count>
float lanes_of(const Vector (&sums)[count]) {
  constexpr std::size_t lanes = sizeof(Vector) / sizeof(Number);
  Number total = 0;
  for (const Vector& sum : sums) {
    Number each[lanes];
    std::memcpy(each, &sum, sizeof each);
    total = std::accumulate(each, each + lanes, total);
  }
  return static_cast<float>(total);
}

__attribute__((target("avx512f"))) double fma_avx512(std::int64_t steps, float* sink) {
  __m512 sums[16];
  const __m512 half = _mm512_set1_ps(0.5f), one = _mm512_set1_ps(1.0f);
  for (__m512& sum : sums) sum = half;
  for (std::int64_t step = 0; step < steps; ++step)
    for (__m512& sum : sums) sum = _mm512_fmadd_ps(sum, half, one);
  *sink += lanes_of<float>(sums);
  return static_cast<double>(steps) * 16 * 16 * 2;
}

__attribute__((target("avx512f"))) double fma_avx512_f64(std::int64_t steps, float* sink) {
  __m512d sums[16];
  const __m512d half = _mm512_set1_pd(0.5), one = _mm512_set1_pd(1.0);
  for (__m512d& sum : sums) sum = half;
  for (std::int64_t step = 0; step < steps; ++step)
    for (__m512d& sum : sums) sum = _mm512_fmadd_pd(sum, half, one);
  *sink += lanes_of<double>(sums);
  return static_cast<double>(steps) * 16 * 8 * 2;
}

/// Each lane adds two products of bf16 to a sum in f32.
__attribute__((target("avx512f,avx512bf16"))) double dot_avx512_bf16(std::int64_t steps,
                                                                     float* sink) {
  __m512 sums[16];
  const __m512 half = _mm512_set1_ps(0.5f);
  const __m512bh factors = _mm512_cvtne2ps_pbh(half, half);
  for (__m512& sum : sums) sum = half;
  for (std::int64_t step = 0; step < steps; ++step)
    for (__m512& sum : sums) sum = _mm512_dpbf16_ps(sum, factors, factors);
  *sink += lanes_of<float>(sums);
  return static_cast<double>(steps) * 16 * 16 * 4;
}

/// Products of tiles, 16 x 16 sums of 32 each, in as many chains as there are sums in a kernel.
/// One takes 16 cycles, so that there are fewer of them.
__attribute__((target("amx-tile,amx-bf16"))) double dot_amx_bf16(std::int64_t steps, float* sink) {
  struct alignas(64) Shapes {
    std::uint8_t palette = 1, start_row = 0, reserved[14] = {};
    std::uint16_t row_bytes[16] = {64, 64, 64, 64, 64, 64};
    std::uint8_t rows[16] = {16, 16, 16, 16, 16, 16};
  };
  alignas(64) static const Shapes shapes;
  alignas(64) float sums[16 * 16] = {};
  _tile_loadconfig(&shapes);
  _tile_zero(0);
  _tile_zero(1);
  _tile_zero(2);
  _tile_zero(3);
  _tile_zero(4);
  _tile_zero(5);
  const std::int64_t rounds = steps / 8;
  for (std::int64_t round = 0; round < rounds; ++round) {
    _tile_dpbf16ps(0, 4, 5);
    _tile_dpbf16ps(1, 4, 5);
    _tile_dpbf16ps(2, 4, 5);
    _tile_dpbf16ps(3, 4, 5);
  }
  _tile_stored(0, sums, 64);
  _tile_release();
  *sink += sums[0];
  return static_cast<double>(rounds) * 4 * 16 * 16 * 32 * 2;
}

__attribute__((target("avx2,fma"))) double fma_avx2(std::int64_t steps, float* sink) {
  __m256 sums[12];  // of 16 registers
  const __m256 half = _mm256_set1_ps(0.5f), one = _mm256_set1_ps(1.0f);
  for (__m256& sum : sums) sum = half;
  for (std::int64_t step = 0; step < steps; ++step)
    for (__m256& sum : sums) sum = _mm256_fmadd_ps(sum, half, one);
  *sink += lanes_of<float>(sums);
  return static_cast<double>(steps) * 12 * 8 * 2;
}

__attribute__((target("avx2,fma"))) double fma_avx2_f64(std::int64_t steps, float* sink) {
  __m256d sums[12];
  const __m256d half = _mm256_set1_pd(0.5), one = _mm256_set1_pd(1.0);
  for (__m256d& sum : sums) sum = half;
  for (std::int64_t step = 0; step < steps; ++step)
    for (__m256d& sum : sums) sum = _mm256_fmadd_pd(sum, half, one);
  *sink += lanes_of<double>(sums);
  return static_cast<double>(steps) * 12 * 4 * 2;
}

// Four places at once: one alone leaves requests to memory unused.
__attribute__((target("avx2"))) std::uint64_t read_avx2(const std::byte* data, std::size_t bytes) {
  __m256i sums[8] = {};
  const std::size_t quarter = bytes / 4;
  for (std::size_t at = 0; at + 64 <= quarter; at += 64) {
    for (std::size_t i = 0; i < 8; ++i) {
      const std::byte* place = data + i / 2 * quarter + at + i % 2 * 32;
      const __m256i loaded = _mm256_load_si256(reinterpret_cast<const __m256i*>(place));
      sums[i] = _mm256_xor_si256(sums[i], loaded);
    }
  }
  for (std::size_t i = 1; i < 8; ++i) sums[0] = _mm256_xor_si256(sums[0], sums[i]);
  return static_cast<std::uint64_t>(_mm256_extract_epi64(sums[0], 0));
}

__attribute__((target("avx512f"))) std::uint64_t read_avx512(const std::byte* data,
                                                             std::size_t bytes) {
  __m512i sums[8] = {};
  const std::size_t quarter = bytes / 4;
  for (std::size_t at = 0; at + 128 <= quarter; at += 128) {
    for (std::size_t i = 0; i < 8; ++i) {
      const std::byte* place = data + i / 2 * quarter + at + i % 2 * 64;
      sums[i] = _mm512_xor_si512(sums[i], _mm512_load_si512(place));
    }
  }
  for (std::size_t i = 1; i < 8; ++i) sums[0] = _mm512_xor_si512(sums[0], sums[i]);
  std::uint64_t words[8];
  _mm512_storeu_si512(words, sums[0]);
  return words[0] ^ words[7];
}
#endif

std::uint64_t read_words(const std::byte* data, std::size_t bytes) {
  std::uint64_t sums[8] = {};
  const auto* words = reinterpret_cast<const std::uint64_t*>(data);
  for (std::size_t at = 0; at + 64 <= bytes; at += 64)
    for (std::size_t i = 0; i < 8; ++i) sums[i] ^= words[at / 8 + i];
  for (std::size_t i = 1; i < 8; ++i) sums[0] ^= sums[i];
  return sums[0];
}

ProbeLoops chosen() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f")) {
    ProbeLoops loops = {"avx512", fma_avx512, fma_avx512_f64, nullptr, "", read_avx512};
    if (variants::fused::amx_is_granted()) {
      loops.dot_bf16 = dot_amx_bf16;
      loops.dot_name = "amx";
    } else if (__builtin_cpu_supports("avx512bf16")) {
      loops.dot_bf16 = dot_avx512_bf16;
      loops.dot_name = "avx512";
    }
    return loops;
  }
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
    return {"avx2 fma", fma_avx2, fma_avx2_f64, nullptr, "", read_avx2};
#endif
  return {"scalar fma", fma_scalar<float>, fma_scalar<double>, nullptr, "", read_words};
}

}  // namespace

const ProbeLoops& best_probe_loops() {
  static const ProbeLoops loops = chosen();
  return loops;
}

}  // namespace assay::suites
