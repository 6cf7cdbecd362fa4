// SPDX-License-Identifier: Apache-2.0
#include "variants/fused/amx_tiles.h"

#if defined(__x86_64__) && defined(__linux__)
#include <cpuid.h>
#include <immintrin.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#endif

namespace assay::variants::fused {

#if defined(__x86_64__) && defined(__linux__)
namespace {

bool cpu_has_amx_bf16() {
  unsigned a = 0, b = 0, c = 0, d = 0;
  constexpr unsigned amx_bf16 = 1U << 22, amx_tile = 1U << 24;  // of leaf 7, EDX
  return __get_cpuid_count(7, 0, &a, &b, &c, &d) != 0 && (d & amx_bf16) != 0 && (d & amx_tile) != 0;
}

/// The compiler does not know that loads of tiles read memory, and might leave out what is only
/// written for them, or write it later.
void all_written(const void* data) { asm volatile("" : : "r"(data) : "memory"); }

}  // namespace

bool amx_is_granted() {
  // Of arch/x86/include/uapi/asm/prctl.h, and the number of the tiles among the states of XSAVE.
  constexpr long request_permission = 0x1023, tile_data = 18;
  static const bool granted =
      cpu_has_amx_bf16() && syscall(SYS_arch_prctl, request_permission, tile_data) == 0;
  return granted;
}

__attribute__((target("amx-tile"))) Tiles::Tiles(std::size_t rows) {
  struct alignas(64) {
    std::uint8_t palette = 1, start_row = 0, reserved[14] = {};
    std::uint16_t row_bytes[16] = {};
    std::uint8_t rows[16] = {};
  } shapes;
  for (std::size_t tile = 0; tile < 8; ++tile) {
    shapes.row_bytes[tile] = 64;
    // 6 and 7 are those of w.
    shapes.rows[tile] = static_cast<std::uint8_t>(tile < 6 ? std::min(rows, tile_rows) : 16);
  }
  all_written(&shapes);
  _tile_loadconfig(&shapes);
}

__attribute__((target("amx-tile"))) Tiles::~Tiles() { _tile_release(); }

__attribute__((target("amx-tile,amx-bf16"))) void multiply_group(bool adds, const std::uint16_t* x,
                                                                 const std::uint16_t* w,
                                                                 std::size_t steps, Ahead ahead,
                                                                 float* sums) {
  constexpr int stride = panel_columns * sizeof(float), line = 64;
  constexpr std::size_t below = tile_rows * panel_columns;
  all_written(x);
  if (adds) {
    _tile_loadd(0, sums, stride);
    _tile_loadd(1, sums + tile_columns, stride);
    _tile_loadd(2, sums + below, stride);
    _tile_loadd(3, sums + below + tile_columns, stride);
  } else {
    _tile_zero(0);
    _tile_zero(1);
    _tile_zero(2);
    _tile_zero(3);
  }
  for (std::size_t step = 0; step < steps; ++step, x += step_elements, w += step_elements) {
    _tile_loadd(6, w, line);
    _tile_stream_loadd(4, x, line);
    _tile_loadd(7, w + tile_elements, line);
    _tile_dpbf16ps(0, 4, 6);
    _tile_stream_loadd(5, x + tile_elements, line);
    _tile_dpbf16ps(1, 4, 7);
    for (std::size_t i = 0; i < ahead.per_step; ++i, ahead.lines += 64)
      __builtin_prefetch(ahead.lines, 0, 2);
    _tile_dpbf16ps(2, 5, 6);
    _tile_dpbf16ps(3, 5, 7);
  }
  _tile_stored(0, sums, stride);
  _tile_stored(1, sums + tile_columns, stride);
  _tile_stored(2, sums + below, stride);
  _tile_stored(3, sums + below + tile_columns, stride);
}

__attribute__((target("amx-tile,amx-bf16"))) void multiply_few(const std::uint16_t* x,
                                                               std::size_t rows,
                                                               const std::uint16_t* w,
                                                               std::size_t steps, float* sums) {
  constexpr int stride = panel_columns * sizeof(float), line = 64;
  all_written(x);
  _tile_zero(0);
  _tile_zero(1);
  for (std::size_t step = 0; step < steps; ++step, x += rows * 32, w += step_elements) {
    _tile_loadd(4, x, line);
    _tile_loadd(6, w, line);
    _tile_dpbf16ps(0, 4, 6);
    _tile_loadd(7, w + tile_elements, line);
    _tile_dpbf16ps(1, 4, 7);
  }
  _tile_stored(0, sums, stride);
  _tile_stored(1, sums + tile_columns, stride);
}

#else
bool amx_is_granted() { return false; }
#endif

}  // namespace assay::variants::fused
