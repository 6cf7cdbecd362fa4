// SPDX-License-Identifier: Apache-2.0
// y = x w^T + b on the tiles of gemm.inl. Included inside the namespace of a vector type, once per
// instruction set; includes nothing itself.

/// All panels of w one after the other; panel p begins at first_column(p) * d_in.
template <class V>
std::vector<typename V::Number> pack_weights(const Linear<typename V::Number>& p) {
  const Panels<V> panels(p.d_out);
  std::vector<typename V::Number> packed(panels.padded_columns() * p.d_in);
  for (std::size_t panel = 0; panel < panels.count(); ++panel) {
    const std::size_t first = panels.first_column(panel);
    pack_panel([&](std::size_t c) { return p.w + (first + c) * p.d_in; },
               std::min(panels.width(panel), p.d_out - first), panels.width(panel), p.d_in,
               packed.data() + first * p.d_in);
  }
  return packed;
}

/// Items first ... last - 1 of the grid panels x row groups, panels outermost: a panel stays in the
/// cache while the rows pass by it.
template <class V>
void linear_items(const Linear<typename V::Number>& p, const typename V::Number* packed,
                  std::size_t row_group, std::size_t first_item, std::size_t last_item) {
  using Number = typename V::Number;
  const Panels<V> panels(p.d_out);
  const std::size_t groups = (p.tokens + row_group - 1) / row_group;
  std::vector<Number> own;  // the panel at hand where nothing was packed beforehand
  std::size_t packed_panel = panels.count();
  for (std::size_t item = first_item; item < last_item; ++item) {
    const std::size_t panel = item / groups, row = item % groups * row_group;
    const std::size_t first = panels.first_column(panel);
    const std::size_t columns = std::min(panels.width(panel), p.d_out - first);
    const Number* weights = packed != nullptr ? packed + first * p.d_in : own.data();
    if (packed == nullptr && packed_panel != panel) {
      own.resize(panels.width(panel) * p.d_in);
      pack_panel([&](std::size_t c) { return p.w + (first + c) * p.d_in; }, columns,
                 panels.width(panel), p.d_in, own.data());
      packed_panel = panel;
      weights = own.data();
    }
    multiply_panel<V, false>(std::min(row_group, p.tokens - row), p.x + row * p.d_in, p.d_in,
                             weights, panels.width(panel), p.d_in, p.y + row * p.d_out + first,
                             p.d_out, columns, p.b != nullptr ? p.b + first : nullptr);
  }
}

/// `packed` is what pack_weights() made of the same weights, or null.
template <class V>
void linear_kernel(const Linear<typename V::Number>& p, const typename V::Number* packed,
                   const Executor& executor) {
  const Panels<V> panels(p.d_out);
  const std::size_t row_group = 8 * V::tile_rows;
  const std::size_t groups = (p.tokens + row_group - 1) / row_group;
  const double work = 2.0 * static_cast<double>(std::min(row_group, p.tokens)) *
                      static_cast<double>(Panels<V>::full * p.d_in);
  for_ranges(executor, panels.count() * groups, work, [&](std::size_t first, std::size_t last) {
    linear_items<V>(p, packed, row_group, first, last);
  });
}
