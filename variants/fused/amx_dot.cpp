// SPDX-License-Identifier: Apache-2.0
// Products of bf16 on tiles: one instruction multiplies 16 rows of x by 16 columns of w, 32
// elements deep. Each sum is formed in one order, whatever the number of rows and threads: in steps
// of 32 elements, each step's even and odd products apart.
#include "variants/fused/bf16_dot.h"
#include "variants/fused/bf16_rows.h"

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

constexpr std::size_t tile_rows = 16, tile_columns = 16, tile_elements = 512;
// Two by two tiles of sums, two of x, two of w: all eight, and one load for each product.
constexpr std::size_t group_rows = 2 * tile_rows, panel_columns = 2 * tile_columns;
constexpr std::size_t step_elements = 2 * tile_elements;  // of a panel
constexpr std::size_t group_sums = group_rows * panel_columns;

/// Steps of a panel that stay in the first-level cache, 32 KiB, while the rows pass by it.
constexpr std::size_t most_steps = 16;
/// Rows of x that pass by a panel stay in the second-level cache, and leave it half to the panels.
constexpr std::size_t most_bytes = 1'200'000, least_rows = 64, most_rows = 192;

std::size_t quotient(std::size_t a, std::size_t b) { return (a + b - 1) / b; }
std::size_t steps_of(std::size_t d_in) { return quotient(d_in, line_elements); }

/// The compiler does not know that loads of tiles read memory, and might leave out what is only
/// written for them, or write it later.
void all_written(const void* data) { asm volatile("" : : "r"(data) : "memory"); }

/// The registers of this thread, for groups of so many rows; empty again at the end.
class Tiles {
 public:
  __attribute__((target("amx-tile"))) explicit Tiles(std::size_t rows) {
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
  __attribute__((target("amx-tile"))) ~Tiles() { _tile_release(); }
  Tiles(const Tiles&) = delete;
  Tiles& operator=(const Tiles&) = delete;
};

/// Panel, step, tile, pair of elements, column, element of the pair.
__attribute__((target("avx512f,avx512bf16"))) Buffer<std::uint16_t> pack(const float* w,
                                                                         std::size_t d_out,
                                                                         std::size_t d_in) {
  const std::size_t steps = steps_of(d_in), panels = quotient(d_out, panel_columns);
  Buffer<std::uint16_t> packed(panels * steps * step_elements);
  std::fill_n(packed.data(), packed.size(), std::uint16_t{0});
  Buffer<std::uint16_t> line(line_elements);
  for (std::size_t row = 0; row < d_out; ++row) {
    const std::size_t column = row % panel_columns;
    std::uint16_t* to = packed.data() + row / panel_columns * steps * step_elements +
                        column / tile_columns * tile_elements + column % tile_columns * 2;
    for (std::size_t step = 0; step < steps; ++step, to += step_elements) {
      const std::size_t first = step * line_elements;
      for (std::size_t i = 0; i < std::min(line_elements, d_in - first); ++i)
        to[i / 2 * line_elements + i % 2] = bf16_from_f32(w[row * d_in + first + i]);
    }
  }
  return packed;
}

/// What the next panel needs is asked for while this one is at work.
struct Ahead {
  const char* lines;
  std::size_t per_step;
};

/// sums (+)= x w over so many steps, group_rows by panel_columns. x: lines of the group's rows,
/// step by step; streamed past the first-level cache, which keeps w.
template <bool adds>
__attribute__((target("amx-tile,amx-bf16"))) void multiply_group(const std::uint16_t* x,
                                                                 const std::uint16_t* w,
                                                                 std::size_t steps, Ahead ahead,
                                                                 float* sums) {
  constexpr int stride = panel_columns * sizeof(float), line = line_elements * 2;
  constexpr std::size_t below = tile_rows * panel_columns;
  all_written(x);
  if constexpr (adds) {
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

/// The same for up to tile_rows rows, which is what waits for w: the whole depth at once.
__attribute__((target("amx-tile,amx-bf16"))) void multiply_few(const std::uint16_t* x,
                                                               std::size_t rows,
                                                               const std::uint16_t* w,
                                                               std::size_t steps, float* sums) {
  constexpr int stride = panel_columns * sizeof(float), line = line_elements * 2;
  all_written(x);
  _tile_zero(0);
  _tile_zero(1);
  for (std::size_t step = 0; step < steps; ++step, x += rows * line_elements, w += step_elements) {
    _tile_loadd(4, x, line);
    _tile_loadd(6, w, line);
    _tile_dpbf16ps(0, 4, 6);
    _tile_loadd(7, w + tile_elements, line);
    _tile_dpbf16ps(1, 4, 7);
  }
  _tile_stored(0, sums, stride);
  _tile_stored(1, sums + tile_columns, stride);
}

/// How a product is divided: blocks of rows, and panels of columns within each.
struct Division {
  explicit Division(const Bf16Linear& p)
      : steps(steps_of(p.d_in)), panels(quotient(p.d_out, panel_columns)) {
    const std::size_t fit = most_bytes / (steps * line_elements * 2) / group_rows * group_rows;
    rows = std::min(std::clamp(fit, least_rows, most_rows),
                    p.tokens <= tile_rows ? p.tokens : quotient(p.tokens, group_rows) * group_rows);
    blocks = quotient(p.tokens, std::max<std::size_t>(rows, 1));
  }
  [[nodiscard]] std::size_t rows_of_group() const { return std::min(rows, group_rows); }

  std::size_t steps, panels, rows, blocks;
};

/// Items first ... last - 1 of the grid of blocks and panels, the panels of a block in turn.
class Part {
 public:
  Part(const Bf16Linear& p, const Division& division, const std::uint16_t* packed,
       const Kernels<float>& kernels)
      : p_(p),
        division_(division),
        packed_(packed),
        kernels_(kernels),
        x_(division.rows * division.steps * line_elements),
        sums_(quotient(division.rows, group_rows) * group_sums) {}

  void compute(std::size_t first, std::size_t last) {
    const Tiles tiles(division_.rows_of_group());
    std::size_t block = division_.blocks;
    for (std::size_t item = first; item < last; ++item) {
      if (item / division_.panels != block) gather(block = item / division_.panels);
      const std::size_t panel = item % division_.panels;
      if (p_.tokens <= tile_rows) {
        multiply_few(x_.data(), rows_, panel_of(panel), division_.steps, sums_.data());
        finish(panel, 0);
      } else {
        multiply_panel(panel, item + 1 < last ? (panel + 1) % division_.panels : panel);
      }
    }
  }

 private:
  [[nodiscard]] const std::uint16_t* panel_of(std::size_t panel) const {
    return packed_ + panel * division_.steps * step_elements;
  }

  /// The rows of a block, in groups; those that are missing in the last one are zeros.
  void gather(std::size_t block) {
    row_ = block * division_.rows;
    rows_ = std::min(division_.rows, p_.tokens - row_);
    const std::size_t group = division_.rows_of_group(), groups = quotient(rows_, group);
    const std::size_t size = group * division_.steps * line_elements;
    if (rows_ % group != 0) std::fill_n(x_.data() + (groups - 1) * size, size, std::uint16_t{0});
    for (std::size_t r = 0; r < rows_; ++r) {
      round_row(p_, row_ + r, group * line_elements,
                x_.data() + r / group * size + r % group * line_elements);
    }
  }

  void multiply_panel(std::size_t panel, std::size_t next) {
    const std::size_t groups = quotient(rows_, group_rows);
    const std::size_t chunks = quotient(division_.steps, most_steps);
    const std::size_t per_step = quotient(step_elements * 2 / 64, groups);
    for (std::size_t chunk = 0; chunk < chunks; ++chunk) {
      const std::size_t begin = division_.steps * chunk / chunks;
      const std::size_t steps = division_.steps * (chunk + 1) / chunks - begin;
      const std::uint16_t* const w = panel_of(panel) + begin * step_elements;
      const char* const ahead =
          reinterpret_cast<const char*>(panel_of(next) + begin * step_elements);
      const auto multiply = begin == 0 ? multiply_group<false> : multiply_group<true>;
      for (std::size_t g = 0; g < groups; ++g) {
        const std::uint16_t* const x =
            x_.data() + (g * division_.steps + begin) * group_rows * line_elements;
        multiply(x, w, steps, {ahead + g * per_step * steps * 64, per_step},
                 sums_.data() + g * group_sums);
        if (chunk + 1 == chunks) finish(panel, g);
      }
    }
  }

  void finish(std::size_t panel, std::size_t group) {
    const std::size_t row = group * group_rows, column = panel * panel_columns;
    finish_block(p_, kernels_, sums_.data() + group * group_sums, panel_columns, row_ + row,
                 std::min(group_rows, rows_ - row), column,
                 std::min(panel_columns, p_.d_out - column));
  }

  const Bf16Linear& p_;
  const Division& division_;
  const std::uint16_t* packed_;
  const Kernels<float>& kernels_;
  std::size_t row_ = 0, rows_ = 0;  // of the block whose rows x_ holds
  Buffer<std::uint16_t> x_;
  Buffer<float> sums_;
};

void linear(const Bf16Linear& p, const std::uint16_t* packed, const Kernels<float>& kernels,
            const Executor& executor) {
  const Division division(p);
  // A tenth of the time of other arithmetic, and never less than reading w.
  const double work =
      static_cast<double>(panel_columns * p.d_in) * (2.0 + static_cast<double>(division.rows) / 5);
  for_ranges(executor, division.panels * division.blocks, work,
             [&](std::size_t first, std::size_t last) {
               Part(p, division, packed, kernels).compute(first, last);
             });
}

bool cpu_has_amx_bf16() {
  unsigned a = 0, b = 0, c = 0, d = 0;
  constexpr unsigned amx_bf16 = 1U << 22, amx_tile = 1U << 24;  // of leaf 7, EDX
  return __get_cpuid_count(7, 0, &a, &b, &c, &d) != 0 && (d & amx_bf16) != 0 && (d & amx_tile) != 0;
}

}  // namespace

bool amx_is_granted() {
  // Of arch/x86/include/uapi/asm/prctl.h, and the number of the tiles among the states of XSAVE.
  constexpr long request_permission = 0x1023, tile_data = 18;
  static const bool granted =
      cpu_has_amx_bf16() && syscall(SYS_arch_prctl, request_permission, tile_data) == 0;
  return granted;
}

const Bf16Dot* amx_dot() {
  static constexpr Bf16Dot dot = {"amx_bf16", pack, linear};
  return has_avx512_bf16() && amx_is_granted() ? &dot : nullptr;
}
#else
bool amx_is_granted() { return false; }
const Bf16Dot* amx_dot() { return nullptr; }
#endif

}  // namespace assay::variants::fused
