// SPDX-License-Identifier: Apache-2.0
// Keys and values of one head in the panels of gemm.inl.
// Included inside the namespace of a vector type, once per instruction set; includes nothing
// itself.

/// Keys and values of one key/value head for both products: the keys packed, the
/// values packed unless they lie like panels anyway.
template <class V>
class PackedHead {
 public:
  using Number = typename V::Number;

  explicit PackedHead(const Attention<Number>& problem)
      : p(problem),
        key_panels_(p.total_len),
        value_panels_(p.v_head_dim),
        values_in_place_(p.past_len == 0 && p.v.token_stride == p.v_head_dim &&
                         p.v_head_dim % V::lanes == 0),
        keys_(key_panels_.padded_columns() * p.head_dim),
        values_(values_in_place_ ? 0 : value_panels_.padded_columns() * p.total_len) {}

  void pack(std::size_t b, std::size_t kv) {
    for (std::size_t panel = 0; panel < key_panels_.count(); ++panel) pack_keys(b, kv, panel);
    in_place_ = p.v.row(b, kv, 0);
    if (!values_in_place_) pack_values(b, kv);
  }

  [[nodiscard]] const Panels<V>& key_panels() const { return key_panels_; }
  [[nodiscard]] const Panels<V>& value_panels() const { return value_panels_; }
  [[nodiscard]] const Number* keys(std::size_t panel) const {
    return keys_.data() + key_panels_.first_column(panel) * p.head_dim;
  }
  /// The values of key j, those of the following ones value_stride(panel) apart.
  [[nodiscard]] const Number* values(std::size_t panel, std::size_t j) const {
    const std::size_t first = value_panels_.first_column(panel);
    return (values_in_place_ ? in_place_ + first : values_.data() + first * p.total_len) +
           j * value_stride(panel);
  }
  [[nodiscard]] std::size_t value_stride(std::size_t panel) const {
    return values_in_place_ ? p.v_head_dim : value_panels_.width(panel);
  }

 private:
  void pack_keys(std::size_t b, std::size_t kv, std::size_t panel) {
    const std::size_t width = key_panels_.width(panel), first = key_panels_.first_column(panel);
    const std::size_t end = std::min(first + width, p.total_len);
    const std::size_t first_new = std::clamp(p.past_len, first, end);
    Number* const to = keys_.data() + first * p.head_dim;
    const auto pack_rows = [&](const Heads<const Number>& k, std::size_t row, std::size_t from,
                               std::size_t until) {
      if (from == until) return;
      pack_columns<V>(k.row(b, kv, row), k.token_stride, until - from, p.head_dim, width,
                      to + (from - first), score_factor(p));
    };
    pack_rows(p.past_k, first, first, first_new);
    pack_rows(p.k, first_new - p.past_len, first_new, end);
    pad_panel(end - first, width, p.head_dim, to);
  }

  void pack_values(std::size_t b, std::size_t kv) {
    for (std::size_t panel = 0; panel < value_panels_.count(); ++panel) {
      const std::size_t first = value_panels_.first_column(panel);
      const std::size_t width = value_panels_.width(panel);
      const std::size_t columns = std::min(width, p.v_head_dim - first);
      Number* to = values_.data() + first * p.total_len;
      for (std::size_t j = 0; j < p.total_len; ++j, to += width) {
        const Number* const value = p.value(b, kv, j) + first;
        std::copy(value, value + columns, to);
        std::fill(to + columns, to + width, Number(0));
      }
    }
  }

  const Attention<Number>& p;
  Panels<V> key_panels_, value_panels_;
  bool values_in_place_;
  Buffer<Number> keys_, values_;
  const Number* in_place_ = nullptr;
};
