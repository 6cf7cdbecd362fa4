// SPDX-License-Identifier: Apache-2.0
// Attention of few queries, as when decoding: every key and value is read once, where it lies.
// Packing them for the tiles of attention.inl would cost more than all the arithmetic: one query,
// 12 heads of 64, 2048 keys took 2.9 ms packed and takes 0.6 ms so (AVX-512; see attention.inl).
// Included inside the namespace of a vector type, once per instruction set; includes nothing
// itself.

/// Sum of a[d] * b[d], in two chains.
template <class V>
[[gnu::always_inline]] inline typename V::Number dot(const typename V::Number* a,
                                                     const typename V::Number* b, std::size_t n) {
  auto even = V::broadcast(0), odd = V::broadcast(0);
  std::size_t d = 0;
  for (; d + 2 * V::lanes <= n; d += 2 * V::lanes) {
    even = V::mul_add(V::load(a + d), V::load(b + d), even);
    odd = V::mul_add(V::load(a + d + V::lanes), V::load(b + d + V::lanes), odd);
  }
  for (; d < n; d += V::lanes) {
    even = V::mul_add(load_up_to<V>(a + d, n - d), load_up_to<V>(b + d, n - d), even);
  }
  return V::sum(V::add(even, odd));
}

/// out += sum of weights[j] * value(j) over the keys that are seen; out has whole vectors.
template <class V>
void add_weighted(const Attention<typename V::Number>& p, std::size_t b, std::size_t kv,
                  KeyRange keys, const typename V::Number* weights, const std::uint8_t* seen,
                  typename V::Number* out) {
  for (std::size_t j = keys.first; j < keys.last; ++j) {
    if (seen[j - keys.first] == 0) continue;
    const auto weight = V::broadcast(weights[j - keys.first]);
    const auto* value = p.value(b, kv, j);
    for (std::size_t d = 0; d < p.v_head_dim; d += V::lanes) {
      const auto part = load_up_to<V>(value + d, p.v_head_dim - d);
      V::store(V::mul_add(weight, part, V::load(out + d)), out + d);
    }
  }
}

/// One query of one head.
template <class V>
void attend_query(const Attention<typename V::Number>& p, std::size_t b, std::size_t h,
                  std::size_t i, std::vector<typename V::Number>& query, RunningBlock<V>& block) {
  using Number = typename V::Number;
  constexpr Number excluded = -std::numeric_limits<Number>::infinity();
  const std::size_t kv = p.kv_head(h);
  const KeyRange visible = p.visible(b, i);
  Number* const scores = block.scores_of(0);
  std::copy_n(p.q.row(b, h, i), p.head_dim, query.data());
  multiply_row<V>(query.data(), p.head_dim, score_factor(p));
  block.restart();
  for (std::size_t first = visible.first; first < visible.last; first += AttentionBlock<V>::keys) {
    const KeyRange keys = {first, std::min(first + AttentionBlock<V>::keys, visible.last)};
    const std::size_t count = keys.last - keys.first;
    for (std::size_t j = 0; j < count; ++j) {
      scores[j] = dot<V>(query.data(), p.key(b, kv, first + j), p.head_dim);
    }
    if (!has_plain_scores(p)) finish_scores<V>(p, b, h, i, first, count, scores);
    std::uint8_t* const seen = block.seen_by(0);
    for (std::size_t j = 0; j < count; ++j) seen[j] = scores[j] != excluded;
    const std::size_t end = whole_vectors<V>({0, count}).last;
    std::fill(scores + count, scores + end, excluded);
    absorb_scores<V>(block, 0, 1, 0, end);
    add_weighted<V>(p, b, kv, keys, scores, seen, block.out.data());
  }
  write_out<V>(p, b, h, i, block, 0);
}

/// Items are queries.
template <class V>
void attention_of_few(const Attention<typename V::Number>& p, const Executor& executor) {
  const double work = static_cast<double>(p.total_len * (p.head_dim + p.v_head_dim) * 2);
  for_ranges(
      executor, p.batch * p.n_heads * p.seq_len, work, [&](std::size_t first, std::size_t last) {
        const std::size_t channels = whole_vectors<V>({0, p.v_head_dim}).last;
        RunningBlock<V> block(1, channels);
        std::vector<typename V::Number> query(p.head_dim);
        for (std::size_t item = first; item < last; ++item) {
          const std::size_t row = item / p.seq_len;
          attend_query<V>(p, row / p.n_heads, row % p.n_heads, item % p.seq_len, query, block);
        }
      });
}
