// SPDX-License-Identifier: Apache-2.0
// Keys and values of one head in the panels of gemm.inl, and what must be known about them.
// Included inside the namespace of a vector type, once per instruction set; includes nothing
// itself.

/// Keys and values of one key/value head, packed for both products; the keys times score_factor().
template <class V>
class PackedHead {
 public:
  using Number = typename V::Number;

  explicit PackedHead(const Attention<Number>& p)
      : key_panels_(p.total_len),
        value_panels_(p.v_head_dim),
        keys_(key_panels_.padded_columns() * p.head_dim),
        values_(value_panels_.padded_columns() * p.total_len),
        tame_((p.total_len + AttentionBlock<V>::keys - 1) / AttentionBlock<V>::keys) {}

  void pack(const Attention<Number>& p, std::size_t b, std::size_t kv) {
    for (std::size_t panel = 0; panel < key_panels_.count(); ++panel) {
      const std::size_t first = key_panels_.first_column(panel);
      const std::size_t width = key_panels_.width(panel);
      pack_panel([&](std::size_t c) { return p.key(b, kv, first + c); },
                 std::min(width, p.total_len - first), width, p.head_dim,
                 keys_.data() + first * p.head_dim);
      multiply_row<V>(keys_.data() + first * p.head_dim, width * p.head_dim, score_factor(p));
    }
    std::fill(tame_.begin(), tame_.end(), true);
    for (std::size_t j = 0; j < p.total_len; ++j) {
      const Number* value = p.value(b, kv, j);
      // 0 where finite, else NaN.
      auto none = V::broadcast(0);
      for (std::size_t d = 0; d < p.v_head_dim; d += V::lanes) {
        const auto v = load_up_to<V>(value + d, p.v_head_dim - d);
        none = V::add(none, V::sub(v, v));
      }
      if (V::sum(none) != 0) tame_[j / AttentionBlock<V>::keys] = false;
      for (std::size_t panel = 0; panel < value_panels_.count(); ++panel) {
        const std::size_t first = value_panels_.first_column(panel);
        const std::size_t width = value_panels_.width(panel);
        const std::size_t columns = std::min(width, p.v_head_dim - first);
        Number* to = values_.data() + first * p.total_len + j * width;
        std::copy(value + first, value + first + columns, to);
        std::fill(to + columns, to + width, Number(0));
      }
    }
  }

  [[nodiscard]] const Panels<V>& key_panels() const { return key_panels_; }
  [[nodiscard]] const Panels<V>& value_panels() const { return value_panels_; }
  [[nodiscard]] const Number* keys(std::size_t panel, std::size_t head_dim) const {
    return keys_.data() + key_panels_.first_column(panel) * head_dim;
  }
  /// The values of key j and the following ones.
  [[nodiscard]] const Number* values(std::size_t panel, std::size_t total_len,
                                     std::size_t j) const {
    return values_.data() + value_panels_.first_column(panel) * total_len +
           j * value_panels_.width(panel);
  }
  /// Whether all values of this block of keys are finite, so that a weight of 0 takes them out.
  [[nodiscard]] bool is_tame(std::size_t block) const { return tame_[block]; }

 private:
  Panels<V> key_panels_, value_panels_;
  std::vector<Number> keys_, values_;
  std::vector<bool> tame_;
};
