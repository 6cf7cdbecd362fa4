// SPDX-License-Identifier: Apache-2.0
// Attention with online softmax: tiles of queries meet blocks of keys, the score matrix is never
// held, and what was summed up so far is rescaled where a block needs other weights (M. Milakov,
// N. Gimelshein, "Online normalizer calculation for softmax", 2018; attention_sums.inl). Both
// products run on the tiles of gemm.inl. Included inside the namespace of a vector type, once per
// instruction set; includes nothing itself.
//
// Keys that causality, window or padding hide from a whole tile of queries are never computed; the
// others get the score -infinity, so their weight is exactly 0, whatever their numbers are.
//
// docs/performance.md says what each step was predicted to bring, and what it brought.

/// What each query of a block may look at, and what at least one of them may.
template <class V>
struct BlockSight {
  using Number = typename V::Number;
  static constexpr std::size_t queries_at_most = AttentionBlock<V>::queries;

  BlockSight(const Attention<Number>& p, std::size_t b, std::size_t first_query)
      : queries(std::min(queries_at_most, p.seq_len - first_query)) {
    for (std::size_t r = 0; r < queries; ++r) {
      of_query[r] = p.visible(b, first_query + r);
      any = spanning(any, of_query[r]);
    }
  }

  std::size_t queries;
  KeyRange of_query[queries_at_most];
  KeyRange any = {0, 0};
};

/// Rows that will be needed soon, fetched row by row between products: no processor foresees them,
/// and all at once they would stand in the way of what is needed now.
template <class Number>
class RowsAhead {
 public:
  RowsAhead() = default;
  RowsAhead(const Number* first, std::size_t stride, std::size_t rows, std::size_t columns)
      : row_(first), stride_(stride), rows_(rows), columns_(columns) {}
  void fetch(std::size_t count) {
    // A processor fetches lines in pairs.
    constexpr std::size_t lines = 2 * 64 / sizeof(Number);
    for (; count > 0 && rows_ > 0; --count, --rows_, row_ += stride_) {
      for (std::size_t c = 0; c < columns_; c += lines) __builtin_prefetch(row_ + c);
    }
  }

 private:
  const Number* row_ = nullptr;
  std::size_t stride_ = 0, rows_ = 0, columns_ = 0;
};

/// One block of queries of one head, tile by tile: products with the keys of a block, weights,
/// products with its values; the scores stay in the first-level cache.
template <class V>
class QueryBlock {
 public:
  using Number = typename V::Number;

  explicit QueryBlock(const Attention<Number>& problem)
      : p(problem),
        part_(V::tile_rows, p.v_head_dim),
        sums_(AttentionBlock<V>::queries, p.v_head_dim) {}

  /// To be fetched on the way: the queries from first_query on of head h, and their outputs.
  void expect_queries(std::size_t b, std::size_t h, std::size_t first_query) {
    const std::size_t rows = std::min(AttentionBlock<V>::queries, p.seq_len - first_query);
    next_queries_ = {p.q.row(b, h, first_query), p.q.token_stride, rows, p.head_dim};
    next_out_ = {p.out.row(b, h, first_query), p.out.token_stride, rows, p.v_head_dim};
  }
  /// To be fetched on the way: the keys and values of a head, if they leave room for others.
  void expect_head(std::size_t b, std::size_t kv) {
    constexpr std::size_t room = std::size_t{512} << 10;
    const std::size_t rows = p.total_len * (p.head_dim + p.v_head_dim) * sizeof(Number) > room
                                 ? 0
                                 : p.total_len - p.past_len;
    next_keys_ = {p.k.row(b, kv, 0), p.k.token_stride, rows, p.head_dim};
    next_values_ = {p.v.row(b, kv, 0), p.v.token_stride, rows, p.v_head_dim};
  }

  /// From queries first_query ... of head h to their outputs.
  void attend(const PackedHead<V>& head, const BlockSight<V>& sight, std::size_t b, std::size_t h,
              std::size_t first_query) {
    constexpr std::size_t block_keys = AttentionBlock<V>::keys;
    const bool one_block =
        !sight.any.empty() && sight.any.last <= (sight.any.first / block_keys + 1) * block_keys;
    if (!one_block) sums_.restart();
    for (std::size_t first_key = sight.any.first / block_keys * block_keys;
         first_key < sight.any.last; first_key += block_keys) {
      for (std::size_t row = 0; row < sight.queries; row += V::tile_rows) {
        scores_.first_key = first_key;
        tile_ = {b};
        for (std::size_t r = row; r < std::min(row + V::tile_rows, sight.queries); ++r) {
          tile_.append(h, first_query + r, sight.of_query[r], {first_key, first_key + block_keys});
        }
        tile_.keys.empty() ? part_.restart()
                           : sum_up<V>(p, Steps{*this, head, p.q.row(b, h, first_query + row)},
                                       tile_, scores_, part_);
        for (std::size_t r = 0; r < tile_.rows; ++r) {
          one_block ? write_out<V>(p, b, h, first_query + row + r, part_, r)
                    : sums_.add(row + r, part_, r);
        }
      }
    }
    for (std::size_t r = 0; !one_block && r < sight.queries; ++r) {
      write_out<V>(p, b, h, first_query + r, sums_, r);
    }
  }

 private:
  /// The steps of sum_up().
  struct Steps {
    QueryBlock& block;
    const PackedHead<V>& head;
    const Number* queries;
    void multiply_keys() { block.multiply_keys(head, queries); }
    void multiply_values() { block.multiply_values(head); }
    void add_seen_values(std::size_t r) { block.add_seen_values(head, r); }
  };

  void multiply_keys(const PackedHead<V>& head, const Number* queries) {
    const Panels<V>& panels = head.key_panels();
    for (std::size_t panel = panels.panel_of(tile_.keys.first);
         panel < panels.count() && panels.first_column(panel) < tile_.keys.last; ++panel) {
      const std::size_t begin = panels.first_column(panel), width = panels.width(panel);
      const KeyRange here = whole_vectors<V>(cut(tile_.keys, {begin, begin + width}));
      multiply_panel<V, false>(tile_.rows, queries, p.q.token_stride, head.keys(panel), width,
                               p.head_dim, scores_.scores_of(0) + (begin - scores_.first_key),
                               ScoreTile<V>::stride, here.last - begin, nullptr);
      next_queries_.fetch(rows_at_once);
      next_out_.fetch(rows_at_once);
      next_keys_.fetch(rows_at_once);
      next_values_.fetch(rows_at_once);
    }
  }

  void multiply_values(const PackedHead<V>& head) {
    const Panels<V>& panels = head.value_panels();
    for (std::size_t panel = 0; panel < panels.count(); ++panel) {
      multiply_panel<V, false>(
          tile_.rows, scores_.scores_of(0) + (tile_.keys.first - scores_.first_key),
          ScoreTile<V>::stride, head.values(panel, tile_.keys.first), head.value_stride(panel),
          tile_.keys.last - tile_.keys.first, part_.out_of(0) + panels.first_column(panel),
          part_.channels, panels.width(panel), nullptr);
    }
  }

  /// Where some value is NaN or infinite, 0 times it would be NaN: excluded keys are left out
  /// instead of weighted by 0. The order of the sums is the same, and so are the bits.
  void add_seen_values(const PackedHead<V>& head, std::size_t r) {
    const Panels<V>& panels = head.value_panels();
    const Number* const weights = scores_.scores_of(r) - scores_.first_key;
    const std::uint8_t* const flags = scores_.seen_by(r) - scores_.first_key;
    for (std::size_t panel = 0; panel < panels.count(); ++panel) {
      for (std::size_t c = 0; c < panels.width(panel); c += V::lanes) {
        auto sum = V::broadcast(0);
        for (std::size_t j = tile_.keys.first; j < tile_.keys.last; ++j) {
          if (flags[j] == 0) continue;
          const auto value = V::load(head.values(panel, j) + c);
          sum = V::mul_add(V::broadcast(weights[j]), value, sum);
        }
        V::store(sum, part_.out_of(r) + panels.first_column(panel) + c);
      }
    }
  }

  static constexpr std::size_t rows_at_once = 2;

  const Attention<Number>& p;
  RowsAhead<Number> next_queries_, next_out_, next_keys_, next_values_;
  TileSight<V> tile_;
  ScoreTile<V> scores_;
  WeightedSums<V> part_, sums_;  // of one tile and one block of keys; of all queries so far
};

/// Items are blocks of queries, blocks of one head side by side, so that a range of items packs
/// each key/value head once.
template <class V>
void attention_of_many(const Attention<typename V::Number>& p, const Executor& executor) {
  const std::size_t blocks =
      (p.seq_len + AttentionBlock<V>::queries - 1) / AttentionBlock<V>::queries;
  std::vector<BlockSight<V>> sights;  // the same for all heads
  for (std::size_t i = 0; i < p.batch * blocks; ++i) {
    sights.emplace_back(p, i / blocks, i % blocks * AttentionBlock<V>::queries);
  }
  const auto sight_of = [&](std::size_t item) -> const BlockSight<V>& {
    return sights[item / blocks / p.n_heads * blocks + item % blocks];
  };
  std::vector<double> work;
  for (std::size_t item = 0; item < p.batch * p.n_heads * blocks; ++item) {
    const BlockSight<V>& sight = sight_of(item);
    const std::size_t keys = sight.any.empty() ? 0 : sight.any.last - sight.any.first;
    work.push_back(
        static_cast<double>(sight.queries * keys * (p.head_dim + p.v_head_dim + 10) + 1));
  }
  for_weighted_ranges(executor, work, [&](std::size_t first, std::size_t last) {
    PackedHead<V> head(p);
    QueryBlock<V> block(p);
    std::size_t packed_head = p.batch * p.n_kv_heads;
    for (std::size_t item = first; item < last; ++item) {
      const std::size_t b = item / blocks / p.n_heads, h = item / blocks % p.n_heads;
      const std::size_t kv = p.kv_head(h);
      if (packed_head != b * p.n_kv_heads + kv) {
        head.pack(b, kv);
        const std::size_t next = (b * p.n_kv_heads + kv + 1) % (p.batch * p.n_kv_heads);
        block.expect_head(next / p.n_kv_heads, next % p.n_kv_heads);
      }
      packed_head = b * p.n_kv_heads + kv;
      if (item + 1 < last) {
        const std::size_t next = item + 1;
        block.expect_queries(next / blocks / p.n_heads, next / blocks % p.n_heads,
                             next % blocks * AttentionBlock<V>::queries);
      }
      block.attend(head, sight_of(item), b, h, item % blocks * AttentionBlock<V>::queries);
    }
  });
}

/// From how many queries of a key/value head on it pays to pack its keys, unless each is of another
/// head: a tile of one row would leave most of its registers idle. 12 heads of 64, 2,048 keys: 6
/// queries 0.86 ms in place and 1.02 packed, 12 queries 1.54 and 1.34; one query of 32 heads that
/// share 4 of 128: 0.76 and 1.60.
inline constexpr std::size_t worth_packing = 8;

template <class V>
void attention_kernel(const Attention<typename V::Number>& p, const Executor& executor) {
  const std::size_t queries_of_a_head = p.seq_len * (p.n_heads / p.n_kv_heads);
  const bool few = p.seq_len == 1 || queries_of_a_head < worth_packing;
  few ? attention_of_few<V>(p, executor) : attention_of_many<V>(p, executor);
}
