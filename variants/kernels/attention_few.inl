// SPDX-License-Identifier: Apache-2.0
// Attention of few queries, as when decoding: every key and value is read once, where it lies, for
// all queries of its head, and blocks of keys are independent of each other until the end, so that
// also a single head has work for several threads (split-K, as in T. Dao et al., "Flash-Decoding
// for long-context inference", 2023). Included inside the namespace of a vector type, once per
// instruction set; includes nothing itself.
//
// The blocks are the same whatever the number of threads, and so are the bits.

/// At most V::tile_rows queries of one key/value head against one block of keys.
template <class V>
class FewQueries {
 public:
  using Number = typename V::Number;

  explicit FewQueries(const Attention<Number>& problem)
      : p(problem),
        query_stride_(whole_vectors<V>({0, p.head_dim}).last),
        queries_(V::tile_rows * query_stride_),
        sums_(V::tile_rows, whole_vectors<V>({0, p.v_head_dim}).last) {}

  /// Queries first ... first + count - 1 of those that read key/value head kv: all of one head,
  /// then those of the next.
  void take(std::size_t b, std::size_t kv, std::size_t first, std::size_t count) {
    batch_ = b;
    kv_ = kv;
    count_ = count;
    for (std::size_t r = 0; r < count; ++r) {
      head_[r] = kv * (p.n_heads / p.n_kv_heads) + (first + r) / p.seq_len;
      token_[r] = (first + r) % p.seq_len;
      Number* const query = queries_.data() + r * query_stride_;
      Number* const end = std::copy_n(p.q.row(b, head_[r], token_[r]), p.head_dim, query);
      std::fill(end, query + query_stride_, Number(0));
      multiply_row<V>(query, query_stride_, score_factor(p));
    }
  }

  /// Row r: what query r sums up over those of the keys, at most AttentionBlock<V>::keys, that it
  /// sees.
  const RunningBlock<V>& attend(KeyRange keys) {
    sums_.restart();
    KeyRange seen[V::tile_rows], any = {keys.last, keys.first};
    for (std::size_t r = 0; r < count_; ++r) {
      seen[r] = cut(p.visible(batch_, token_[r]), keys);
      if (seen[r].empty()) continue;
      any = {std::min(any.first, seen[r].first), std::max(any.last, seen[r].last)};
    }
    if (any.empty()) return sums_;
    multiply_keys(any);
    const std::size_t end = whole_vectors<V>({0, any.last - any.first}).last;
    for (std::size_t r = 0; r < count_; ++r) finish_row(r, seen[r], any, end);
    absorb_scores<V>(sums_, 0, count_, 0, end);
    add_values(any);
    return sums_;
  }

 private:
  /// As many keys at a time as sums fit a block of 16 bytes.
  void multiply_keys(KeyRange keys) {
    constexpr std::size_t at_once = V::columns_at_once;
    for (std::size_t j = keys.first; j < keys.last; j += at_once) {
      const Number* key[at_once];
      for (std::size_t i = 0; i < at_once; ++i) {
        key[i] = p.key(batch_, kv_, std::min(j + i, keys.last - 1));
      }
      for (std::size_t r = 0; r < count_; ++r) {
        const Number* const query = queries_.data() + r * query_stride_;
        typename V::Vector sum[at_once];
#pragma GCC unroll 4
        for (std::size_t i = 0; i < at_once; ++i) sum[i] = V::broadcast(0);
        for (std::size_t d = 0; d < p.head_dim; d += V::lanes) {
          const auto part = V::load(query + d);
#pragma GCC unroll 4
          for (std::size_t i = 0; i < at_once; ++i) {
            sum[i] = V::mul_add(part, load_up_to<V>(key[i] + d, p.head_dim - d), sum[i]);
          }
        }
        V::store_sums(sum, sums_.scores_of(r) + (j - keys.first));
      }
    }
  }

  /// From products to scores; -infinity for keys that this query does not see, and up to `end`.
  void finish_row(std::size_t r, KeyRange seen, KeyRange keys, std::size_t end) {
    constexpr Number excluded = -std::numeric_limits<Number>::infinity();
    if (seen.empty()) seen = {keys.first, keys.first};
    Number* const scores = sums_.scores_of(r);
    std::fill(scores, scores + (seen.first - keys.first), excluded);
    std::fill(scores + (seen.last - keys.first), scores + end, excluded);
    if (!has_plain_scores(p)) {
      finish_scores<V>(p, batch_, head_[r], token_[r], seen.first, seen.last - seen.first,
                       scores + (seen.first - keys.first));
    }
    std::uint8_t* const flags = sums_.seen_by(r);
    for (std::size_t j = 0; j < keys.last - keys.first; ++j) flags[j] = scores[j] != excluded;
  }

  /// On the tiles of the product where values are whole vectors. Where one that nobody sees is NaN
  /// or infinite, 0 times it makes the sums NaN: then once more without such values.
  void add_values(KeyRange keys) {
    if (p.v_head_dim % V::lanes == 0) {
      const KeyRange past = cut(keys, {0, p.past_len}),
                     recent = cut(keys, {p.past_len, p.total_len});
      if (!past.empty()) multiply_values(p.past_v, past.first, past, keys.first);
      if (!recent.empty()) multiply_values(p.v, recent.first - p.past_len, recent, keys.first);
      if (are_finite()) return;
      std::fill(sums_.out.begin(), sums_.out.end(), Number(0));
    }
    for (std::size_t r = 0; r < count_; ++r) add_seen_values(r, keys);
  }

  void multiply_values(const Heads<const Number>& v, std::size_t row, KeyRange keys,
                       std::size_t first_score) {
    constexpr std::size_t width = V::tile_vectors * V::lanes;
    for (std::size_t d = 0; d < p.v_head_dim; d += width) {
      const std::size_t columns = std::min(width, p.v_head_dim - d);
      multiply_panel<V, true>(count_, sums_.scores_of(0) + (keys.first - first_score),
                              AttentionBlock<V>::score_stride, v.row(batch_, kv_, row) + d,
                              v.token_stride, keys.last - keys.first, sums_.out.data() + d,
                              sums_.channel_stride, columns, nullptr);
    }
  }

  [[nodiscard]] bool are_finite() const {
    auto none = V::broadcast(0);  // or NaN
    for (std::size_t i = 0; i < count_ * sums_.channel_stride; i += V::lanes) {
      const auto sum = V::load(sums_.out.data() + i);
      none = V::add(none, V::sub(sum, sum));
    }
    return V::sum(none) == 0;
  }

  void add_seen_values(std::size_t r, KeyRange keys) {
    const Number* const weights = sums_.scores_of(r);
    const std::uint8_t* const flags = sums_.seen_by(r);
    Number* const out = sums_.out.data() + r * sums_.channel_stride;
    for (std::size_t j = keys.first; j < keys.last; ++j) {
      if (flags[j - keys.first] == 0) continue;
      const auto weight = V::broadcast(weights[j - keys.first]);
      const Number* const value = p.value(batch_, kv_, j);
      for (std::size_t d = 0; d < p.v_head_dim; d += V::lanes) {
        const auto part = load_up_to<V>(value + d, p.v_head_dim - d);
        V::store(V::mul_add(weight, part, V::load(out + d)), out + d);
      }
    }
  }

  const Attention<Number>& p;
  std::size_t query_stride_, batch_ = 0, kv_ = 0, count_ = 0;
  std::size_t head_[V::tile_rows] = {}, token_[V::tile_rows] = {};
  Buffer<Number> queries_;  // whole vectors, times score_factor()
  RunningBlock<V> sums_;
};

/// Sums of blocks of keys of one query, added up in the order of the blocks.
template <class V>
class BlockSums {
 public:
  using Number = typename V::Number;

  BlockSums(std::size_t queries, std::size_t blocks, std::size_t v_head_dim)
      : blocks_(blocks),
        channels_(whole_vectors<V>({0, v_head_dim}).last),
        out_(queries * blocks * channels_),
        total_(queries * blocks * V::lanes),
        largest_(queries * blocks) {}

  void keep(std::size_t query, std::size_t block, const RunningBlock<V>& sums, std::size_t r) {
    const std::size_t at = query * blocks_ + block;
    std::copy_n(sums.out.data() + r * channels_, channels_, out_.data() + at * channels_);
    std::copy_n(sums.total.data() + r * V::lanes, V::lanes, total_.data() + at * V::lanes);
    largest_.data()[at] = sums.largest[r];
  }

  /// Into row 0 of `sums`.
  void add_up(std::size_t query, RunningBlock<V>& sums) const {
    sums.restart();
    const std::size_t first = query * blocks_;
    const Number* const largest = largest_.data() + first;
    const Number most = *std::max_element(largest, largest + blocks_);
    const auto shift = V::broadcast(std::isinf(most) && most < 0 ? 0 : most);
    for (std::size_t block = 0; block < blocks_; ++block) {
      const auto factor = exponential_of_two<V>(V::sub(V::broadcast(largest[block]), shift));
      add_row(total_.data() + (first + block) * V::lanes, V::lanes, factor, sums.total.data());
      add_row(out_.data() + (first + block) * channels_, channels_, factor, sums.out.data());
    }
  }

 private:
  static void add_row(const Number* row, std::size_t n, typename V::Vector factor, Number* to) {
    for (std::size_t i = 0; i < n; i += V::lanes) {
      V::store(V::mul_add(V::load(row + i), factor, V::load(to + i)), to + i);
    }
  }

  std::size_t blocks_, channels_;
  Buffer<Number> out_, total_, largest_;
};

/// Items are blocks of keys, of each few queries of each key/value head.
template <class V>
void attention_of_few(const Attention<typename V::Number>& p, const Executor& executor) {
  const std::size_t queries = p.n_heads / p.n_kv_heads * p.seq_len;  // of a key/value head
  const std::size_t groups = (queries + V::tile_rows - 1) / V::tile_rows;
  const std::size_t keys = AttentionBlock<V>::keys, blocks = (p.total_len + keys - 1) / keys;
  BlockSums<V> sums(p.batch * p.n_kv_heads * queries, blocks, p.v_head_dim);
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
                 const auto& of_block = few.attend({block * keys, (block + 1) * keys});
                 for (std::size_t r = 0; r < count; ++r) {
                   sums.keep(head * queries + first + r, block, of_block, r);
                 }
               }
             });
  RunningBlock<V> whole(1, whole_vectors<V>({0, p.v_head_dim}).last);
  for (std::size_t query = 0; query < p.batch * p.n_heads * p.seq_len; ++query) {
    sums.add_up(query, whole);
    const std::size_t row = query / p.seq_len;
    write_out<V>(p, row / p.n_heads, row % p.n_heads, query % p.seq_len, whole, 0);
  }
}
