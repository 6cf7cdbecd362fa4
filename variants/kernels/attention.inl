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
// machine, best of 25, AVX-512: 5.5 ms, 73 GFLOP/s of the half that is visible; 6.2 ms before the
// rows of a tile went through the softmax side by side, exponentials were powers of two, and panels
// were cut at the diagonal. Blocks of 24, 48 or 96 queries by 128, 256 or 512 keys: within 4 %.
// What is left beside the products: the exponentials (a fifth) and packing the keys (a twentieth).

/// What each query of a block may look at, and what at least one of all, or of a tile, may.
template <class V>
struct BlockSight {
  using Number = typename V::Number;
  static constexpr std::size_t queries_at_most = AttentionBlock<V>::queries;

  BlockSight(const Attention<Number>& p, std::size_t b, std::size_t first_query)
      : queries(std::min(queries_at_most, p.seq_len - first_query)) {
    for (std::size_t r = 0; r < queries; ++r) of_query[r] = p.visible(b, first_query + r);
    all = of_rows(0, queries);
  }
  [[nodiscard]] KeyRange of_rows(std::size_t row, std::size_t rows) const {
    KeyRange any = {std::numeric_limits<std::size_t>::max(), 0};
    for (std::size_t r = row; r < std::min(row + rows, queries); ++r) {
      if (of_query[r].empty()) continue;
      any = {std::min(any.first, of_query[r].first), std::max(any.last, of_query[r].last)};
    }
    return any;
  }

  std::size_t queries;
  KeyRange of_query[queries_at_most];
  KeyRange all;
};

/// One block of queries against one block of keys, in three steps: products with all keys, rows
/// tile by tile, products with all values. Each step has its operand in the first-level cache.
template <class V>
class BlockPair {
 public:
  using Number = typename V::Number;

  /// Query 0 of the block is first_query of head h; key 0 is first_key.
  BlockPair(const Attention<Number>& problem, const PackedHead<V>& packed, std::size_t batch,
            std::size_t h, std::size_t first_query_of_block, std::size_t first_key_of_block,
            const BlockSight<V>& of_block, RunningBlock<V>& running)
      : p(problem),
        head(packed),
        sight(of_block),
        block(running),
        b(batch),
        head_index(h),
        first_query(first_query_of_block),
        first_key(first_key_of_block),
        tame(head.is_tame(first_key / AttentionBlock<V>::keys)) {
    for (std::size_t row = 0; row < sight.queries; row += V::tile_rows) {
      ranges[row / V::tile_rows] =
          cut(sight.of_rows(row, V::tile_rows), {first_key, first_key + AttentionBlock<V>::keys});
    }
  }

  void attend() {
    for (std::size_t row = 0; row < sight.queries; row += V::tile_rows) {
      if (range_of(row).empty()) continue;
      multiply_keys(row);
      finish_tile(row);
      if (tame) add_values(row);
    }
  }

 private:
  [[nodiscard]] KeyRange range_of(std::size_t row) const { return ranges[row / V::tile_rows]; }
  [[nodiscard]] std::size_t rows_of(std::size_t row) const {
    return std::min(V::tile_rows, sight.queries - row);
  }

  void multiply_keys(std::size_t row) {
    const Panels<V>& panels = head.key_panels();
    const KeyRange range = range_of(row);
    for (std::size_t panel = panels.panel_of(range.first);
         panel < panels.count() && panels.first_column(panel) < range.last; ++panel) {
      const std::size_t begin = panels.first_column(panel), width = panels.width(panel);
      const KeyRange here = whole_vectors<V>(cut(range, {begin, begin + width}));
      multiply_panel<V, false>(rows_of(row), p.q.row(b, head_index, first_query + row),
                               p.q.token_stride, head.keys(panel), width, p.head_dim,
                               block.scores_of(0) + (begin - first_key),
                               AttentionBlock<V>::score_stride, here.last - begin, nullptr);
    }
  }

  void finish_tile(std::size_t row) {
    constexpr Number excluded = -std::numeric_limits<Number>::infinity();
    const KeyRange range = range_of(row);
    const KeyRange vectors = whole_vectors<V>(range);
    for (std::size_t r = row; r < row + rows_of(row); ++r) {
      KeyRange seen = cut(sight.of_query[r], range);
      if (seen.empty()) seen = {vectors.first, vectors.first};
      Number* const scores = block.scores_of(r - row) - first_key;
      std::fill(scores + vectors.first, scores + seen.first, excluded);
      std::fill(scores + seen.last, scores + vectors.last, excluded);
      if (!has_plain_scores(p)) {
        finish_scores<V>(p, b, head_index, first_query + r, seen.first, seen.last - seen.first,
                         scores + seen.first);
      }
      if (!tame) {
        std::uint8_t* const flags = block.seen_by(r - row) - first_key;
        for (std::size_t j = range.first; j < range.last; ++j) flags[j] = scores[j] != excluded;
      }
    }
    absorb_scores<V>(block, row, rows_of(row), vectors.first - first_key, vectors.last - first_key);
    for (std::size_t r = row; !tame && r < row + rows_of(row); ++r) add_seen_values(row, r);
  }

  void add_values(std::size_t row) {
    const Panels<V>& panels = head.value_panels();
    const KeyRange range = range_of(row);
    for (std::size_t panel = 0; panel < panels.count(); ++panel) {
      multiply_panel<V, true>(
          rows_of(row), block.scores_of(0) + (range.first - first_key),
          AttentionBlock<V>::score_stride, head.values(panel, range.first),
          head.value_stride(panel), range.last - range.first,
          block.out.data() + row * block.channel_stride + panels.first_column(panel),
          block.channel_stride, panels.width(panel), nullptr);
    }
  }

  /// Where some value is NaN or infinite, 0 times it would be NaN: excluded keys are left out
  /// instead of weighted by 0. The order of the sums is the same, and so are the bits.
  void add_seen_values(std::size_t row, std::size_t r) {
    const KeyRange range = range_of(row);
    const Panels<V>& panels = head.value_panels();
    const Number* weights = block.scores_of(r - row) - first_key;
    const std::uint8_t* flags = block.seen_by(r - row) - first_key;
    for (std::size_t panel = 0; panel < panels.count(); ++panel) {
      for (std::size_t c = 0; c < panels.width(panel); c += V::lanes) {
        Number* out = block.out.data() + r * block.channel_stride + panels.first_column(panel) + c;
        auto sum = V::load(out);
        for (std::size_t j = range.first; j < range.last; ++j) {
          if (flags[j] == 0) continue;
          const auto value = V::load(head.values(panel, j) + c);
          sum = V::mul_add(V::broadcast(weights[j]), value, sum);
        }
        V::store(sum, out);
      }
    }
  }

  const Attention<Number>& p;
  const PackedHead<V>& head;
  const BlockSight<V>& sight;
  RunningBlock<V>& block;
  std::size_t b, head_index, first_query, first_key;
  bool tame;
  // What at least one query of each tile sees of the keys of this block.
  KeyRange ranges[AttentionBlock<V>::queries / V::tile_rows];
};

/// One block of queries of one head, from scores to outputs.
template <class V>
void attend_block(const Attention<typename V::Number>& p, const PackedHead<V>& head, std::size_t b,
                  std::size_t h, std::size_t first_query, RunningBlock<V>& block) {
  const BlockSight<V> sight(p, b, first_query);
  block.restart();
  constexpr std::size_t keys = AttentionBlock<V>::keys;
  // Where nobody sees a key, the first lies beyond the last.
  for (std::size_t first_key = sight.all.first / keys * keys; first_key < sight.all.last;
       first_key += keys) {
    BlockPair<V>(p, head, b, h, first_query, first_key, sight, block).attend();
  }
  for (std::size_t r = 0; r < sight.queries; ++r) write_out<V>(p, b, h, first_query + r, block, r);
}

/// Items are blocks of queries, blocks of one head side by side, so that a range of items packs
/// each key/value head once.
template <class V>
void attention_of_many(const Attention<typename V::Number>& p, const Executor& executor) {
  const std::size_t blocks =
      (p.seq_len + AttentionBlock<V>::queries - 1) / AttentionBlock<V>::queries;
  std::vector<double> work;
  for (std::size_t item = 0; item < p.batch * p.n_heads * blocks; ++item) {
    const std::size_t first_query = item % blocks * AttentionBlock<V>::queries;
    const BlockSight<V> sight(p, item / blocks / p.n_heads, first_query);
    const std::size_t keys = sight.all.empty() ? 0 : sight.all.last - sight.all.first;
    work.push_back(
        static_cast<double>(sight.queries * keys * (p.head_dim + p.v_head_dim + 10) + 1));
  }
  for_weighted_ranges(executor, work, [&](std::size_t first, std::size_t last) {
    PackedHead<V> head(p);
    RunningBlock<V> block(AttentionBlock<V>::queries, Panels<V>(p.v_head_dim).padded_columns());
    std::size_t packed_head = p.batch * p.n_kv_heads;
    for (std::size_t item = first; item < last; ++item) {
      const std::size_t b = item / blocks / p.n_heads, h = item / blocks % p.n_heads;
      const std::size_t kv = p.kv_head(h);
      if (packed_head != b * p.n_kv_heads + kv) head.pack(b, kv);
      packed_head = b * p.n_kv_heads + kv;
      attend_block<V>(p, head, b, h, item % blocks * AttentionBlock<V>::queries, block);
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
