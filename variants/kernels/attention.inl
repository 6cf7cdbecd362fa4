// SPDX-License-Identifier: Apache-2.0
// Attention with online softmax: blocks of queries meet blocks of keys, the score matrix is never
// held, and what was summed so far is rescaled when a larger score appears (M. Milakov,
// N. Gimelshein, "Online normalizer calculation for softmax", 2018). Both products run on the tiles
// of gemm.inl. Included inside the namespace of a vector type, once per instruction set; includes
// nothing itself.
//
// Keys that causality, window or padding hide from a whole tile of queries are never computed; the
// others get the score -infinity, so their weight is exactly 0, whatever their numbers are.
//
// 12 heads x 512 x 64 floats, causal, CPU time of one thread on a busy 2-core Sapphire Rapids
// machine, best of 20: plain 227 ms; 16-byte tiles 22 ms; AVX2 9.1 ms; AVX-512 6.6 ms, 61 GFLOP/s
// of the half that is visible. All three steps panel by panel instead of tile by tile: no
// measurable gain from AVX-512, a tenth from AVX2. What is left beside the products: exponentials
// and packing the keys.

/// What at least one of `rows` queries may look at.
template <class Number>
KeyRange seen_by_any(const Attention<Number>& p, std::size_t b, std::size_t first_query,
                     std::size_t rows) {
  KeyRange any = {p.total_len, 0};
  for (std::size_t r = 0; r < rows; ++r) {
    const KeyRange seen = p.visible(b, first_query + r);
    if (seen.empty()) continue;
    any = {std::min(any.first, seen.first), std::max(any.last, seen.last)};
  }
  return any;
}

/// One block of queries against one block of keys, in three steps: products with all keys, rows one
/// by one, products with all values. Each step has its operand in the first-level cache.
template <class V>
class BlockPair {
 public:
  using Number = typename V::Number;

  /// Query 0 of the block is first_query of head h; key 0 is first_key.
  BlockPair(const Attention<Number>& problem, const PackedHead<V>& packed, std::size_t batch,
            std::size_t h, std::size_t first_query_of_block, std::size_t first_key_of_block,
            RunningBlock<Number>& running)
      : p(problem),
        head(packed),
        block(running),
        b(batch),
        head_index(h),
        first_query(first_query_of_block),
        first_key(first_key_of_block),
        queries(std::min(AttentionBlock<V>::queries, p.seq_len - first_query)),
        tame(head.is_tame(first_key / AttentionBlock<V>::keys)) {
    for (std::size_t row = 0; row < queries; row += V::tile_rows) {
      const std::size_t rows = std::min(V::tile_rows, queries - row);
      ranges[row / V::tile_rows] = cut(seen_by_any(p, b, first_query + row, rows),
                                       {first_key, first_key + AttentionBlock<V>::keys});
    }
  }

  void attend() {
    multiply_keys();
    for (std::size_t row = 0; row < queries; ++row) finish_row(row);
    if (tame) add_values();
  }

 private:
  [[nodiscard]] KeyRange range_of(std::size_t row) const { return ranges[row / V::tile_rows]; }

  /// Panel by panel: one panel (64 keys x 64 channels, 16 KiB) serves all queries of the block.
  void multiply_keys() {
    const Panels<V>& panels = head.key_panels();
    const std::size_t end = std::min(first_key + AttentionBlock<V>::keys, p.total_len);
    for (std::size_t panel = panels.panel_of(first_key);
         panel < panels.count() && panels.first_column(panel) < end; ++panel) {
      const std::size_t begin = panels.first_column(panel), width = panels.width(panel);
      for (std::size_t row = 0; row < queries; row += V::tile_rows) {
        if (cut(range_of(row), {begin, begin + width}).empty()) continue;
        multiply_panel<V, false>(std::min(V::tile_rows, queries - row),
                                 p.q.row(b, head_index, first_query + row), p.q.token_stride,
                                 head.keys(panel, p.head_dim), panels.is_full(panel), p.head_dim,
                                 block.scores.data() + row * block.key_stride + (begin - first_key),
                                 block.key_stride, width, nullptr);
      }
    }
  }

  void finish_row(std::size_t row) {
    constexpr Number excluded = -std::numeric_limits<Number>::infinity();
    const KeyRange range = range_of(row);
    if (range.empty()) return;
    KeyRange seen = cut(p.visible(b, first_query + row), range);
    if (seen.empty()) seen = {range.first, range.first};
    const std::size_t count = seen.last - seen.first;
    Number* const scores = block.scores.data() + row * block.key_stride;
    Number* const begin = scores + (range.first - first_key);
    Number* const end = scores + (range.last - first_key);
    Number* const seen_scores = scores + (seen.first - first_key);
    finish_scores<V>(p, b, head_index, first_query + row, seen.first, count, seen_scores);
    if (!tame) {
      std::uint8_t* const flags = block.seen.data() + row * block.key_stride;
      std::fill(flags, flags + block.key_stride, std::uint8_t{0});
      for (std::size_t j = 0; j < count; ++j) {
        flags[seen.first - first_key + j] = seen_scores[j] != excluded;
      }
    }
    absorb_scores<V>(block, row, count, seen_scores);
    std::fill(begin, seen_scores, Number(0));
    std::fill(seen_scores + count, end, Number(0));
    if (!tame) add_seen_values(row);
  }

  void add_values() {
    const Panels<V>& panels = head.value_panels();
    for (std::size_t panel = 0; panel < panels.count(); ++panel) {
      for (std::size_t row = 0; row < queries; row += V::tile_rows) {
        const KeyRange range = range_of(row);
        if (range.empty()) continue;
        multiply_panel<V, true>(
            std::min(V::tile_rows, queries - row),
            block.scores.data() + row * block.key_stride + (range.first - first_key),
            block.key_stride, head.values(panel, p.total_len, range.first), panels.is_full(panel),
            range.last - range.first,
            block.out.data() + row * block.channel_stride + panels.first_column(panel),
            block.channel_stride, panels.width(panel), nullptr);
      }
    }
  }

  /// Where some value is NaN or infinite, 0 times it would be NaN: excluded keys are left out
  /// instead of weighted by 0. The order of the sums is the same, and so are the bits.
  void add_seen_values(std::size_t row) {
    const KeyRange range = range_of(row);
    const Panels<V>& panels = head.value_panels();
    const Number* weights = block.scores.data() + row * block.key_stride;
    const std::uint8_t* flags = block.seen.data() + row * block.key_stride;
    for (std::size_t panel = 0; panel < panels.count(); ++panel) {
      for (std::size_t c = 0; c < panels.width(panel); c += V::lanes) {
        Number* out =
            block.out.data() + row * block.channel_stride + panels.first_column(panel) + c;
        auto sum = V::load(out);
        for (std::size_t j = range.first; j < range.last; ++j) {
          if (flags[j - first_key] == 0) continue;
          const auto value = V::load(head.values(panel, p.total_len, j) + c);
          sum = V::mul_add(V::broadcast(weights[j - first_key]), value, sum);
        }
        V::store(sum, out);
      }
    }
  }

  const Attention<Number>& p;
  const PackedHead<V>& head;
  RunningBlock<Number>& block;
  std::size_t b, head_index, first_query, first_key, queries;
  bool tame;
  // What at least one query of each tile sees of the keys of this block.
  KeyRange ranges[AttentionBlock<V>::queries / V::tile_rows];
};

/// One block of queries of one head, from scores to outputs.
template <class V>
void attend_block(const Attention<typename V::Number>& p, const PackedHead<V>& head, std::size_t b,
                  std::size_t h, std::size_t first_query, RunningBlock<typename V::Number>& block) {
  const std::size_t queries = std::min(AttentionBlock<V>::queries, p.seq_len - first_query);
  const KeyRange seen = seen_by_any(p, b, first_query, queries);
  block.restart();
  constexpr std::size_t keys = AttentionBlock<V>::keys;
  for (std::size_t first_key = seen.first / keys * keys; first_key < seen.last; first_key += keys) {
    BlockPair<V>(p, head, b, h, first_query, first_key, block).attend();
  }
  for (std::size_t r = 0; r < queries; ++r) write_out<V>(p, b, h, first_query + r, block, r);
}

/// Items are blocks of queries, blocks of one head side by side, so that a range of items packs
/// each key/value head once.
template <class V>
void attention_of_many(const Attention<typename V::Number>& p, const Executor& executor) {
  using Number = typename V::Number;
  const std::size_t blocks =
      (p.seq_len + AttentionBlock<V>::queries - 1) / AttentionBlock<V>::queries;
  std::vector<double> work;
  for (std::size_t item = 0; item < p.batch * p.n_heads * blocks; ++item) {
    const std::size_t first_query = item % blocks * AttentionBlock<V>::queries;
    const std::size_t queries = std::min(AttentionBlock<V>::queries, p.seq_len - first_query);
    const KeyRange seen = seen_by_any(p, item / blocks / p.n_heads, first_query, queries);
    const std::size_t keys = seen.empty() ? 0 : seen.last - seen.first;
    work.push_back(static_cast<double>(queries * keys * (p.head_dim + p.v_head_dim + 10) + 1));
  }
  for_weighted_ranges(executor, work, [&](std::size_t first, std::size_t last) {
    PackedHead<V> head(p);
    RunningBlock<Number> block(AttentionBlock<V>::queries, AttentionBlock<V>::keys,
                               Panels<V>(p.v_head_dim).padded_columns());
    std::size_t packed_head = p.batch * p.n_kv_heads;
    for (std::size_t item = first; item < last; ++item) {
      const std::size_t b = item / blocks / p.n_heads, h = item / blocks % p.n_heads;
      const std::size_t kv = p.kv_head(h);
      if (packed_head != b * p.n_kv_heads + kv) head.pack(p, b, kv);
      packed_head = b * p.n_kv_heads + kv;
      attend_block<V>(p, head, b, h, item % blocks * AttentionBlock<V>::queries, block);
    }
  });
}

/// From how many queries of a key/value head on it pays to pack its keys and values: one query over
/// 2048 keys took 2.9 ms packed and 0.6 ms in place.
inline constexpr std::size_t worth_packing = 5;

template <class V>
void attention_kernel(const Attention<typename V::Number>& p, const Executor& executor) {
  const std::size_t queries_of_a_head = p.seq_len * (p.n_heads / p.n_kv_heads);
  queries_of_a_head < worth_packing ? attention_of_few<V>(p, executor)
                                    : attention_of_many<V>(p, executor);
}
