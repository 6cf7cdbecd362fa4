// SPDX-License-Identifier: Apache-2.0
// The tiles of AMX: permission to use them, the registers of a thread, and the product of a few
// rows of x with a panel of w. How a whole product is divided is the matter of amx_dot.cpp.
#pragma once

#include <cstddef>
#include <cstdint>

namespace assay::variants::fused {

/// Whether this process may use the registers, which Linux grants on demand.
bool amx_is_granted();

/// A tile has 16 rows of 64 bytes: 16 sums, or 32 elements of x, or 16 pairs of elements of w.
inline constexpr std::size_t tile_rows = 16, tile_columns = 16, tile_elements = 512;
// Two by two tiles of sums, two of x, two of w: all eight, and one load for each product.
inline constexpr std::size_t group_rows = 2 * tile_rows, panel_columns = 2 * tile_columns;
inline constexpr std::size_t step_elements = 2 * tile_elements;  // of a panel, or a group
inline constexpr std::size_t group_sums = group_rows * panel_columns;

#if defined(__x86_64__) && defined(__linux__)
/// The registers of this thread, for groups of so many rows; empty again at the end.
class Tiles {
 public:
  __attribute__((target("amx-tile"))) explicit Tiles(std::size_t rows);
  __attribute__((target("amx-tile"))) ~Tiles();
  Tiles(const Tiles&) = delete;
  Tiles& operator=(const Tiles&) = delete;
};

/// What is asked for while something else is at work: so many cache lines in every step.
struct Ahead {
  const char* lines;
  std::size_t per_step;
};

/// sums (+)= x w over so many steps, group_rows by panel_columns. x: group_rows lines for every
/// step, streamed past the first-level cache, which keeps w.
void multiply_group(bool adds, const std::uint16_t* x, const std::uint16_t* w, std::size_t steps,
                    Ahead ahead, float* sums);

/// sums = x w for up to tile_rows rows, which are waiting for w: the whole depth at once.
void multiply_few(const std::uint16_t* x, std::size_t rows, const std::uint16_t* w,
                  std::size_t steps, float* sums);
#endif

}  // namespace assay::variants::fused
