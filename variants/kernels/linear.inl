// SPDX-License-Identifier: Apache-2.0
// y = bend(x w^T + b) factor + added on the tiles of gemm.inl. Included inside the namespace of a
// vector type, once per instruction set; includes nothing itself.

/// The panel of w that begins with output `first`.
template <class V>
void pack_weight_panel(const Linear<typename V::Number>& p, std::size_t first, std::size_t width,
                       typename V::Number* panel) {
  const std::size_t count = std::min(width, p.d_out - first);
  pack_columns<V>(p.w + first * p.d_in, p.d_in, count, p.d_in, width, panel);
  pad_panel(count, width, p.d_in, panel);
}

/// All panels of w one after the other; panel p begins at first_column(p) * d_in.
template <class V>
Buffer<typename V::Number> pack_weights(const Linear<typename V::Number>& p) {
  const Panels<V> panels(p.d_out);
  Buffer<typename V::Number> packed(panels.padded_columns() * p.d_in);
  for (std::size_t panel = 0; panel < panels.count(); ++panel) {
    const std::size_t first = panels.first_column(panel);
    pack_weight_panel<V>(p, first, panels.width(panel), packed.data() + first * p.d_in);
  }
  return packed;
}

template <class Number>
bool has_epilogue(const Linear<Number>& p) {
  return p.bend != Bend::none || p.factor != nullptr || p.added != nullptr;
}

/// What follows the product: from `sums`, rows of `stride`, to `columns` columns of `rows` rows of
/// y.
template <class V>
void finish_columns(const Linear<typename V::Number>& p, const typename V::Number* sums,
                    std::size_t stride, std::size_t row, std::size_t rows, std::size_t column,
                    std::size_t columns) {
  with_form(p.bend, [&](auto form) {
    for (std::size_t r = 0; r < rows; ++r, sums += stride) {
      const std::size_t begin = (row + r) * p.d_out + column;
      for (std::size_t c = 0; c < columns; c += V::lanes) {
        const std::size_t left = columns - c, i = begin + c;
        auto y = bent<V, form()>(load_up_to<V>(sums + c, left));
        if (p.factor != nullptr) y = V::mul(y, load_up_to<V>(p.factor + i, left));
        if (p.added != nullptr) y = V::add(y, load_up_to<V>(p.added + i, left));
        store_up_to<V>(y, p.y + i, left);
      }
    }
  });
}

/// The grid panels x groups of rows in the order in which it is computed: a panel stays in the
/// cache while the rows pass by it, and so many rows pass by as take 3 MiB. With more of them every
/// panel would wait for the translation of all their addresses.
template <class V>
class LinearGrid {
 public:
  explicit LinearGrid(const Linear<typename V::Number>& p)
      : panels_(Panels<V>(p.d_out).count()), groups_((p.tokens + rows - 1) / rows) {
    constexpr std::size_t most = (std::size_t{3} << 20) / sizeof(typename V::Number);
    const std::size_t limit = std::max(rows, most / std::max<std::size_t>(1, p.d_in));
    const std::size_t passes = std::max<std::size_t>(1, (p.tokens + limit - 1) / limit);
    at_once_ = std::max<std::size_t>(1, (groups_ + passes - 1) / passes);
  }
  static constexpr std::size_t rows = 8 * V::tile_rows;  // of a group

  [[nodiscard]] std::size_t count() const { return panels_ * groups_; }
  struct Item {
    std::size_t panel, group;
  };
  [[nodiscard]] Item operator[](std::size_t item) const {
    const std::size_t first = item / (panels_ * at_once_) * at_once_;
    const std::size_t groups = std::min(at_once_, groups_ - first);
    const std::size_t within = item - panels_ * first;
    return {within / groups, first + within % groups};
  }

 private:
  std::size_t panels_, groups_, at_once_;
};

/// Items first_item ... last_item - 1 of the grid.
template <class V>
void linear_items(const Linear<typename V::Number>& p, const typename V::Number* packed,
                  const LinearGrid<V>& grid, std::size_t first_item, std::size_t last_item) {
  using Number = typename V::Number;
  constexpr std::size_t row_group = LinearGrid<V>::rows;
  const Panels<V> panels(p.d_out);
  Buffer<Number> own;  // the panel at hand where nothing was packed beforehand
  std::size_t packed_panel = panels.count();
  Buffer<Number> sums(has_epilogue(p) ? row_group * Panels<V>::full : 0);
  for (std::size_t item = first_item; item < last_item; ++item) {
    const auto [panel, group] = grid[item];
    const std::size_t row = group * row_group;
    const std::size_t first = panels.first_column(panel);
    const std::size_t columns = std::min(panels.width(panel), p.d_out - first);
    const Number* weights = packed != nullptr ? packed + first * p.d_in : own.data();
    if (packed == nullptr && packed_panel != panel) {
      if (own.size() == 0) own = Buffer<Number>(Panels<V>::full * p.d_in);
      pack_weight_panel<V>(p, first, panels.width(panel), own.data());
      packed_panel = panel;
      weights = own.data();
    }
    const std::size_t rows = std::min(row_group, p.tokens - row);
    const Number* bias = p.b != nullptr ? p.b + first : nullptr;
    const bool has_more = has_epilogue(p);
    Number* const to = has_more ? sums.data() : p.y + row * p.d_out + first;
    const std::size_t stride = has_more ? Panels<V>::full : p.d_out;
    multiply_panel<V, false>(rows, p.x + row * p.d_in, p.d_in, weights, panels.width(panel), p.d_in,
                             to, stride, columns, bias);
    if (has_more) finish_columns<V>(p, to, stride, row, rows, first, columns);
  }
}

/// `packed` is what pack_weights() made of the same weights, or null.
template <class V>
void linear_kernel(const Linear<typename V::Number>& p, const typename V::Number* packed,
                   const Executor& executor) {
  const LinearGrid<V> grid(p);
  const double work = 2.0 * static_cast<double>(std::min(LinearGrid<V>::rows, p.tokens)) *
                      static_cast<double>(Panels<V>::full * p.d_in);
  for_ranges(executor, grid.count(), work, [&](std::size_t first, std::size_t last) {
    linear_items<V>(p, packed, grid, first, last);
  });
}
