// SPDX-License-Identifier: Apache-2.0
// The matrix product of every kernel: c = a panel^T or c = c + a panel^T, on a register tile.
// Included inside the namespace of a vector type, once per instruction set; includes nothing
// itself.
//
// The right-hand matrix lies packed in panels: the columns of one tile side by side, so that the
// inner loop reads one stream from front to back; a is read in place by broadcast, which is free up
// to two per cycle. The whole depth runs through the registers: an element of c is one sum from
// first to last, whatever the tile, the number of rows or the thread.
//
// 128 x 768 x 768 floats, packed beforehand, CPU time of one thread on a busy 2-core Sapphire
// Rapids machine, best of 20: plain 57 ms; 16-byte tiles 5.8 ms; AVX2 2.0 ms; AVX-512 1.2 ms (125
// GFLOP/s). Packing inside the call: 1.6 ms; 2.8 ms when whole rows were packed one after the
// other.

/// Columns of the panels: full ones of tile_vectors vectors, then single vectors, so that a narrow
/// rest wastes less than one vector.
template <class V>
struct Panels {
  static constexpr std::size_t full = V::tile_vectors * V::lanes;

  explicit Panels(std::size_t column_count)
      : columns(column_count),
        full_panels(column_count / full),
        narrow_panels((column_count % full + V::lanes - 1) / V::lanes) {}

  [[nodiscard]] std::size_t count() const { return full_panels + narrow_panels; }
  [[nodiscard]] bool is_full(std::size_t panel) const { return panel < full_panels; }
  [[nodiscard]] std::size_t width(std::size_t panel) const {
    return is_full(panel) ? full : V::lanes;
  }
  [[nodiscard]] std::size_t first_column(std::size_t panel) const {
    return std::min(panel, full_panels) * full +
           (is_full(panel) ? 0 : panel - full_panels) * V::lanes;
  }
  [[nodiscard]] std::size_t panel_of(std::size_t column) const {
    return column < full_panels * full ? column / full
                                       : full_panels + (column - full_panels * full) / V::lanes;
  }
  /// Of all panels together, padding included.
  [[nodiscard]] std::size_t padded_columns() const {
    return full_panels * full + narrow_panels * V::lanes;
  }

  std::size_t columns, full_panels, narrow_panels;
};

/// Packs columns of a panel of `width`: they are `count` rows of a matrix, row_stride apart, each
/// of `depth` elements. `panel` is where the first of them begins. Every element times factor.
template <class V>
void pack_columns(const typename V::Number* rows, std::size_t row_stride, std::size_t count,
                  std::size_t depth, std::size_t width, typename V::Number* panel,
                  typename V::Number factor = 1) {
  constexpr std::size_t at_once = V::columns_at_once;
  std::size_t c = 0;
  for (; c + V::lanes <= count; c += V::lanes) {
    const typename V::Number* const from = rows + c * row_stride;
    std::size_t d = 0;
    for (; d + at_once <= depth; d += at_once) {
      typename V::Vector columns[at_once];
      V::load_columns(from + d, row_stride, columns);
#pragma GCC unroll 4
      for (std::size_t i = 0; i < at_once; ++i) {
        V::store(V::mul(columns[i], V::broadcast(factor)), panel + (d + i) * width + c);
      }
    }
    for (; d < depth; ++d) {
      for (std::size_t r = 0; r < V::lanes; ++r) {
        panel[d * width + c + r] = from[r * row_stride + d] * factor;
      }
    }
  }
  for (; c < count; ++c) {
    for (std::size_t d = 0; d < depth; ++d) {
      panel[d * width + c] = rows[c * row_stride + d] * factor;
    }
  }
}

/// Zeros in the columns from `count` on, which belong to no row.
template <class Number>
void pad_panel(std::size_t count, std::size_t width, std::size_t depth, Number* panel) {
  for (std::size_t d = 0; count < width && d < depth; ++d) {
    std::fill(panel + d * width + count, panel + (d + 1) * width, Number(0));
  }
}

/// The last columns of a matrix where they do not fill a tile: not one of them may be written
/// beyond.
template <class V>
void store_columns(const typename V::Number* sums, std::size_t rows, std::size_t width,
                   std::size_t columns, const typename V::Number* bias, typename V::Number* c,
                   std::size_t c_stride) {
  const std::size_t end = std::min(columns, width);
  for (std::size_t r = 0; r < rows; ++r) {
    for (std::size_t column = 0; column < end; ++column) {
      const auto sum = sums[r * width + column];
      c[r * c_stride + column] = bias != nullptr ? sum + bias[column] : sum;
    }
  }
}

/// c: Rows x (Vectors * lanes), stride c_stride; only `columns` of them are written, and with
/// adds_to_c all of them are there to be read. a: Rows x depth, stride a_stride. The columns are
/// the first of a panel of panel_width. bias: one per column, added at the end, or null.
template <class V, std::size_t Rows, std::size_t Vectors, bool adds_to_c>
void tile(const typename V::Number* a, std::size_t a_stride, const typename V::Number* panel,
          std::size_t panel_width, std::size_t depth, typename V::Number* c, std::size_t c_stride,
          std::size_t columns, const typename V::Number* bias) {
  using Vector = typename V::Vector;
  constexpr std::size_t width = Vectors * V::lanes;
  Vector sum[Rows][Vectors];
#pragma GCC unroll 8
  for (std::size_t r = 0; r < Rows; ++r) {
#pragma GCC unroll 8
    for (std::size_t v = 0; v < Vectors; ++v) {
      sum[r][v] = adds_to_c ? V::load(c + r * c_stride + v * V::lanes) : V::broadcast(0);
    }
  }
  for (std::size_t d = 0; d < depth; ++d) {
    Vector column[Vectors];
#pragma GCC unroll 8
    for (std::size_t v = 0; v < Vectors; ++v) {
      column[v] = V::load(panel + d * panel_width + v * V::lanes);
    }
#pragma GCC unroll 8
    for (std::size_t r = 0; r < Rows; ++r) {
      const Vector element = V::broadcast(a[r * a_stride + d]);
#pragma GCC unroll 8
      for (std::size_t v = 0; v < Vectors; ++v) {
        sum[r][v] = V::mul_add(element, column[v], sum[r][v]);
      }
    }
  }
  typename V::Number rest[Rows * width];
  const bool whole = columns == width;
  typename V::Number* const to = whole ? c : rest;
  const std::size_t stride = whole ? c_stride : width;
#pragma GCC unroll 8
  for (std::size_t v = 0; v < Vectors; ++v) {
    const Vector added = whole && bias != nullptr ? V::load(bias + v * V::lanes) : V::broadcast(0);
#pragma GCC unroll 8
    for (std::size_t r = 0; r < Rows; ++r) {
      V::store(V::add(sum[r][v], added), to + r * stride + v * V::lanes);
    }
  }
  if (!whole) store_columns<V>(rest, Rows, width, columns, bias, c, c_stride);
}

/// The tile of `rows` rows, 1 ... V::tile_rows, and `vectors` vectors, 1 ... V::tile_vectors.
template <class V, bool adds_to_c, std::size_t Rows = V::tile_rows,
          std::size_t Vectors = V::tile_vectors>
void tile_of(std::size_t rows, std::size_t vectors, const typename V::Number* a,
             std::size_t a_stride, const typename V::Number* panel, std::size_t panel_width,
             std::size_t depth, typename V::Number* c, std::size_t c_stride, std::size_t columns,
             const typename V::Number* bias) {
  if constexpr (Rows > 1) {
    if (rows < Rows) {
      return tile_of<V, adds_to_c, Rows - 1, Vectors>(
          rows, vectors, a, a_stride, panel, panel_width, depth, c, c_stride, columns, bias);
    }
  }
  if constexpr (Vectors > 1) {
    if (vectors < Vectors) {
      return tile_of<V, adds_to_c, Rows, Vectors - 1>(
          rows, vectors, a, a_stride, panel, panel_width, depth, c, c_stride, columns, bias);
    }
  }
  tile<V, Rows, Vectors, adds_to_c>(a, a_stride, panel, panel_width, depth, c, c_stride, columns,
                                    bias);
}

/// rows x the first `columns` of a panel, in tiles of V::tile_rows rows. No vector without such a
/// column is computed.
template <class V, bool adds_to_c>
void multiply_panel(std::size_t rows, const typename V::Number* a, std::size_t a_stride,
                    const typename V::Number* panel, std::size_t panel_width, std::size_t depth,
                    typename V::Number* c, std::size_t c_stride, std::size_t columns,
                    const typename V::Number* bias) {
  const std::size_t vectors = (columns + V::lanes - 1) / V::lanes;
  for (std::size_t r = 0; r < rows; r += V::tile_rows) {
    tile_of<V, adds_to_c>(std::min(V::tile_rows, rows - r), vectors, a + r * a_stride, a_stride,
                          panel, panel_width, depth, c + r * c_stride, c_stride, columns, bias);
  }
}
