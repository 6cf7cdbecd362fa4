// SPDX-License-Identifier: Apache-2.0
// Products of bf16 on tiles: one instruction multiplies 16 rows of x by 16 columns of w, 32
// elements deep. Each sum is formed in one order, whatever the number of rows and threads: in steps
// of 32 elements, each step's even and odd products apart.
#include "variants/fused/amx_tiles.h"
#include "variants/fused/bf16_dot.h"
#include "variants/fused/bf16_rows.h"

#if defined(__x86_64__) && defined(__linux__)
#include <algorithm>
#endif

namespace assay::variants::fused {

#if defined(__x86_64__) && defined(__linux__)
namespace {

/// Steps of a panel that stay in the first-level cache, 32 KiB, while the rows pass by it.
constexpr std::size_t most_steps = 16;
/// Rows of x that pass by a panel stay in the second-level cache, and leave it half to the panels.
constexpr std::size_t most_bytes = 1'200'000, least_rows = 64, most_rows = 192;

/// More of y than that leaves the caches before anybody reads it. It is gathered in rows of some
/// panels and streamed: written by the line, it would be read before.
constexpr std::size_t streamed_bytes = std::size_t{2} << 20, staged_panels = 8;
constexpr std::size_t staged_columns = staged_panels * panel_columns;

std::size_t quotient(std::size_t a, std::size_t b) { return (a + b - 1) / b; }
std::size_t steps_of(std::size_t d_in) { return quotient(d_in, line_elements); }

/// Panel, step, tile, pair of elements, column, element of the pair.
Buffer<std::uint16_t> pack(const float* w, std::size_t d_out, std::size_t d_in) {
  const std::size_t steps = steps_of(d_in), panels = quotient(d_out, panel_columns);
  Buffer<std::uint16_t> packed(panels * steps * step_elements);
  std::fill_n(packed.data(), packed.size(), std::uint16_t{0});
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

/// How a product is divided: blocks of rows, and panels of columns within each.
struct Division {
  explicit Division(const Bf16Linear& p)
      : steps(steps_of(p.d_in)), panels(quotient(p.d_out, panel_columns)) {
    const std::size_t fit = most_bytes / (std::max<std::size_t>(1, steps) * line_elements * 2) /
                            group_rows * group_rows;
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
        sums_(quotient(division.rows, group_rows) * group_sums),
        staged_(p.stored_y != nullptr && p.tokens * p.d_out * 2 > streamed_bytes
                    ? division.rows * staged_columns
                    : 0) {}

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
      const std::size_t next = panel + 1;
      if (next % staged_panels == 0 || next == division_.panels || item + 1 == last)
        stream(panel - std::min(panel % staged_panels, item - first), next);
    }
  }

 private:
  [[nodiscard]] const std::uint16_t* panel_of(std::size_t panel) const {
    return packed_ + panel * division_.steps * step_elements;
  }

  /// The rows of a block, in groups. What stands in rows that the last one lacks ends in sums that
  /// nobody reads.
  void gather(std::size_t block) {
    row_ = block * division_.rows;
    rows_ = std::min(division_.rows, p_.tokens - row_);
    const std::size_t group = division_.rows_of_group();
    const std::size_t size = group * division_.steps * line_elements;
    for (std::size_t r = 0; r < rows_; ++r) {
      round_row(p_, row_ + r, group * line_elements,
                x_.data() + r / group * size + r % group * line_elements);
    }
  }

  void multiply_panel(std::size_t panel, std::size_t next) {
    const std::size_t groups = quotient(rows_, group_rows);
    const std::size_t chunks = std::max<std::size_t>(1, quotient(division_.steps, most_steps));
    const std::size_t per_step = quotient(step_elements * 2 / 64, groups);
    for (std::size_t chunk = 0; chunk < chunks; ++chunk) {
      const std::size_t begin = division_.steps * chunk / chunks;
      const std::size_t steps = division_.steps * (chunk + 1) / chunks - begin;
      const std::uint16_t* const w = panel_of(panel) + begin * step_elements;
      const char* const ahead =
          reinterpret_cast<const char*>(panel_of(next) + begin * step_elements);
      for (std::size_t g = 0; g < groups; ++g) {
        const std::uint16_t* const x =
            x_.data() + (g * division_.steps + begin) * group_rows * line_elements;
        multiply_group(chunk > 0, x, w, steps, {ahead + g * per_step * steps * 64, per_step},
                       sums_.data() + g * group_sums);
        if (chunk + 1 == chunks) finish(panel, g);
      }
    }
  }

  void finish(std::size_t panel, std::size_t group) {
    const std::size_t row = group * group_rows, column = panel * panel_columns;
    const Block block = {row_ + row, std::min(group_rows, rows_ - row), column,
                         std::min(panel_columns, p_.d_out - column)};
    float* const sums = sums_.data() + group * group_sums;
    if (staged_.size() > 0) {
      finish_block(p_, kernels_, sums, panel_columns, block,
                   staged_.data() + row * staged_columns + column % staged_columns, staged_columns);
    } else {
      finish_block(p_, kernels_, sums, panel_columns, block, stored_y(p_, block.row, column),
                   p_.d_out);
    }
  }

  /// Panels first ... last - 1 of the rows at hand, from the stage.
  void stream(std::size_t first, std::size_t last) {
    if (staged_.size() == 0) return;
    const std::size_t column = first * panel_columns;
    stream_rows(staged_.data() + column % staged_columns, staged_columns, rows_,
                std::min(last * panel_columns, p_.d_out) - column, stored_y(p_, row_, column),
                p_.d_out);
  }

  const Bf16Linear& p_;
  const Division& division_;
  const std::uint16_t* packed_;
  const Kernels<float>& kernels_;
  std::size_t row_ = 0, rows_ = 0;  // of the block whose rows x_ holds
  Buffer<std::uint16_t> x_;
  Buffer<float> sums_;
  Buffer<std::uint16_t> staged_;  // rows of the block, staged_columns; or none
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

}  // namespace

const Bf16Dot* amx_dot() {
  static constexpr Bf16Dot dot = {"amx_bf16", pack, linear};
  return has_avx512_bf16() && amx_is_granted() ? &dot : nullptr;
}
#else
const Bf16Dot* amx_dot() { return nullptr; }
#endif

}  // namespace assay::variants::fused
