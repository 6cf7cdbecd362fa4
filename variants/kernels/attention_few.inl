// SPDX-License-Identifier: Apache-2.0
// Attention of few queries, as when decoding: every key and value is read once, where it lies, for
// all queries of its head, and blocks of keys are independent of each other until the end, so that
// also a single head has work for several threads (split-K, as in T. Dao et al., "Flash-Decoding
// for long-context inference", 2023). Included inside the namespace of a vector type, once per
// instruction set; includes nothing itself.
//
// Every sum has the order that it has in attention.inl, whatever the number of threads: a token
// has the same bits when decoded and as part of a prompt. For that keys are transposed on their
// way; sums within a vector would need a third of the instructions.

/// At most V::tile_rows queries of one key/value head against one block of keys.
template <class V>
class FewQueries {
 public:
  using Number = typename V::Number;

  explicit FewQueries(const Attention<Number>& problem)
      : p(problem),
        factor_(score_factor(p)),
        query_stride_(whole_vectors<V>({0, p.head_dim}).last),
        queries_(V::tile_rows * query_stride_),
        keys_(V::lanes * query_stride_),
        sums_(V::tile_rows, p.v_head_dim) {}

  /// Queries first ... first + count - 1 of those that read key/value head kv: all of one head,
  /// then those of the next.
  void take(std::size_t b, std::size_t kv, std::size_t first, std::size_t count) {
    batch_ = b;
    kv_ = kv;
    count_ = count;
    for (std::size_t r = 0; r < count; ++r) {
      head_[r] = kv * (p.n_heads / p.n_kv_heads) + (first + r) / p.seq_len;
      token_[r] = (first + r) % p.seq_len;
      std::copy_n(p.q.row(b, head_[r], token_[r]), p.head_dim, queries_.data() + r * query_stride_);
    }
  }

  /// Row r: what query r sums up over those of the keys, AttentionBlock<V>::keys or fewer, that it
  /// sees.
  const WeightedSums<V>& attend(KeyRange keys) {
    sight_ = {batch_};
    for (std::size_t r = 0; r < count_; ++r) {
      sight_.append(head_[r], token_[r], p.visible(batch_, token_[r]), keys);
    }
    if (sight_.keys.empty()) {
      sums_.restart();
      return sums_;
    }
    scores_.first_key = whole_vectors<V>(sight_.keys).first;
    sum_up<V>(p, *this, sight_, scores_, sums_);
    return sums_;
  }

  // The steps of sum_up().
  void multiply_keys() { multiply_keys(whole_vectors<V>(sight_.keys)); }
  /// On the tiles of the product where values are whole vectors.
  void multiply_values() {
    if (p.v_head_dim % V::lanes != 0) {
      for (std::size_t r = 0; r < count_; ++r) sum_values_of<false>(r);
      return;
    }
    const KeyRange past = cut(sight_.keys, {0, p.past_len});
    const KeyRange recent = cut(sight_.keys, {p.past_len, p.total_len});
    if (!past.empty()) multiply_values<false>(p.past_v, past.first, past);
    if (!recent.empty()) {
      past.empty() ? multiply_values<false>(p.v, recent.first - p.past_len, recent)
                   : multiply_values<true>(p.v, recent.first - p.past_len, recent);
    }
  }
  void add_seen_values(std::size_t r) { sum_values_of<true>(r); }

 private:
  /// Keys from j on as they lie one after the other, or a copy where they do not.
  struct KeyRows {
    const Number* first;
    std::size_t stride;
  };
  /// Null: they do not.
  [[nodiscard]] KeyRows rows_of_keys(std::size_t j, std::size_t count) const {
    if (j + count <= p.past_len) return {p.past_k.row(batch_, kv_, j), p.past_k.token_stride};
    if (j >= p.past_len && j + count <= p.total_len) {
      return {p.k.row(batch_, kv_, j - p.past_len), p.k.token_stride};
    }
    return {nullptr, 0};
  }
  KeyRows copied_keys(std::size_t j) {
    for (std::size_t i = 0; i < V::lanes; ++i) {
      std::copy_n(p.key(batch_, kv_, std::min(j + i, p.total_len - 1)), p.head_dim,
                  keys_.data() + i * query_stride_);
    }
    return {keys_.data(), query_stride_};
  }

  /// Scores of Vectors whole vectors of keys, key j the first, with Rows queries.
  template <std::size_t Rows, std::size_t Vectors>
  void multiply_rows(KeyRows keys, std::size_t j) {
    constexpr std::size_t at_once = V::columns_at_once;
    typename V::Vector sum[Vectors][Rows], columns[at_once];
#pragma GCC unroll 8
    for (std::size_t v = 0; v < Vectors; ++v) {
#pragma GCC unroll 8
      for (std::size_t r = 0; r < Rows; ++r) sum[v][r] = V::broadcast(0);
    }
    const Number* const query = queries_.data();
    // Channel by channel keys come in no order that a processor foresees.
    const Number* ahead = keys.first + Vectors * V::lanes * keys.stride;
    std::size_t d = 0;
    for (; d + at_once <= p.head_dim; d += at_once, ahead += Vectors * keys.stride) {
      prefetch_rows(ahead, keys.stride, Vectors);
#pragma GCC unroll 8
      for (std::size_t v = 0; v < Vectors; ++v) {
        V::load_columns(keys.first + v * V::lanes * keys.stride + d, keys.stride, columns);
#pragma GCC unroll 4
        for (std::size_t i = 0; i < at_once; ++i) {
          const auto column = V::mul(columns[i], V::broadcast(factor_));
#pragma GCC unroll 8
          for (std::size_t r = 0; r < Rows; ++r) {
            const auto element = V::broadcast(query[r * query_stride_ + d + i]);
            sum[v][r] = V::mul_add(element, column, sum[v][r]);
          }
        }
      }
    }
    for (; d < p.head_dim; ++d) {
      for (std::size_t v = 0; v < Vectors; ++v) {
        Number column[V::lanes];
        for (std::size_t i = 0; i < V::lanes; ++i) {
          column[i] = keys.first[(v * V::lanes + i) * keys.stride + d] * factor_;
        }
        for (std::size_t r = 0; r < Rows; ++r) {
          const auto element = V::broadcast(query[r * query_stride_ + d]);
          sum[v][r] = V::mul_add(element, V::load(column), sum[v][r]);
        }
      }
    }
#pragma GCC unroll 8
    for (std::size_t v = 0; v < Vectors; ++v) {
#pragma GCC unroll 8
      for (std::size_t r = 0; r < Rows; ++r) {
        V::store(sum[v][r], scores_.scores_of(r) + (j - scores_.first_key) + v * V::lanes);
      }
    }
  }

  void prefetch_rows(const Number* row, std::size_t stride, std::size_t count) const {
    for (std::size_t i = 0; i < count; ++i, row += stride) {
      for (std::size_t d = 0; d < p.head_dim; d += 64 / sizeof(Number)) __builtin_prefetch(row + d);
    }
  }

  template <std::size_t Rows = V::tile_rows>
  void multiply_keys(KeyRange vectors) {
    if constexpr (Rows > 1) {
      if (count_ < Rows) return multiply_keys<Rows - 1>(vectors);
    }
    // One sum after the other would wait for itself.
    constexpr std::size_t at_once = Rows < 4 ? 2 : 1;
    std::size_t j = vectors.first;
    while (j < vectors.last) {
      const KeyRows keys = rows_of_keys(j, at_once * V::lanes);
      if (keys.first != nullptr && j + at_once * V::lanes <= vectors.last) {
        multiply_rows<Rows, at_once>(keys, j);
        j += at_once * V::lanes;
      } else {
        multiply_rows<Rows, 1>(keys.first != nullptr ? keys : copied_keys(j), j);
        j += V::lanes;
      }
    }
  }

  template <bool adds_to_sums>
  void multiply_values(const Heads<const Number>& v, std::size_t row, KeyRange keys) {
    constexpr std::size_t width = V::tile_vectors * V::lanes;
    for (std::size_t d = 0; d < p.v_head_dim; d += width) {
      const std::size_t columns = std::min(width, p.v_head_dim - d);
      multiply_panel<V, adds_to_sums>(
          count_, scores_.scores_of(0) + (keys.first - scores_.first_key), ScoreTile<V>::stride,
          v.row(batch_, kv_, row) + d, v.token_stride, keys.last - keys.first, sums_.out_of(0) + d,
          sums_.channels, columns, nullptr);
    }
  }

  template <bool only_seen>
  void sum_values_of(std::size_t r) {
    const Number* const weights = scores_.scores_of(r) - scores_.first_key;
    const std::uint8_t* const flags = scores_.seen_by(r) - scores_.first_key;
    Number* const out = sums_.out_of(r);
    std::fill(out, out + sums_.channels, Number(0));
    for (std::size_t j = sight_.keys.first; j < sight_.keys.last; ++j) {
      if (only_seen && flags[j] == 0) continue;
      const auto weight = V::broadcast(weights[j]);
      const Number* const value = p.value(batch_, kv_, j);
      for (std::size_t d = 0; d < p.v_head_dim; d += V::lanes) {
        const auto part = load_up_to<V>(value + d, p.v_head_dim - d);
        V::store(V::mul_add(weight, part, V::load(out + d)), out + d);
      }
    }
  }

  const Attention<Number>& p;
  Number factor_;
  std::size_t query_stride_, batch_ = 0, kv_ = 0, count_ = 0;
  std::size_t head_[V::tile_rows] = {}, token_[V::tile_rows] = {};
  Buffer<Number> queries_, keys_;
  TileSight<V> sight_;
  ScoreTile<V> scores_;
  WeightedSums<V> sums_;
};

/// Items are blocks of keys, of each few queries of each key/value head.
template <class V>
void attention_of_few(const Attention<typename V::Number>& p, const Executor& executor) {
  const std::size_t queries = p.n_heads / p.n_kv_heads * p.seq_len;  // of a key/value head
  const std::size_t groups = (queries + V::tile_rows - 1) / V::tile_rows;
  const std::size_t keys = AttentionBlock<V>::keys, blocks = (p.total_len + keys - 1) / keys;
  std::vector<WeightedSums<V>> parts(
      blocks, WeightedSums<V>(p.batch * p.n_kv_heads * queries, p.v_head_dim));
  const double work =
      static_cast<double>(std::min(queries, V::tile_rows) * std::min(keys, p.total_len) *
                          (p.head_dim + p.v_head_dim) * 2);
  for_ranges(executor, p.batch * p.n_kv_heads * groups * blocks, work,
             [&](std::size_t begin, std::size_t end) {
               FewQueries<V> few(p);
               for (std::size_t item = begin; item < end; ++item) {
                 const std::size_t block = item % blocks, head = item / blocks / groups;
                 const std::size_t first = item / blocks % groups * V::tile_rows;
                 const std::size_t count = std::min(V::tile_rows, queries - first);
                 few.take(head / p.n_kv_heads, head % p.n_kv_heads, first, count);
                 const auto& sums = few.attend({block * keys, (block + 1) * keys});
                 for (std::size_t r = 0; r < count; ++r) {
                   parts[block].copy(head * queries + first + r, sums, r);
                 }
               }
             });
  WeightedSums<V> whole(1, p.v_head_dim);
  for (std::size_t query = 0; query < p.batch * p.n_heads * p.seq_len; ++query) {
    whole.restart();
    for (const WeightedSums<V>& part : parts) whole.add(0, part, query);
    const std::size_t row = query / p.seq_len;
    write_out<V>(p, row / p.n_heads, row % p.n_heads, query % p.seq_len, whole, 0);
  }
}
