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
                  std::size_t i, RunningBlock<typename V::Number>& block) {
  using Number = typename V::Number;
  constexpr Number excluded = -std::numeric_limits<Number>::infinity();
  const std::size_t kv = p.kv_head(h);
  const KeyRange visible = p.visible(b, i);
  Number* const scores = block.scores.data();
  block.restart();
  for (std::size_t first = visible.first; first < visible.last; first += block.key_stride) {
    const KeyRange keys = {first, std::min(first + block.key_stride, visible.last)};
    const std::size_t count = keys.last - keys.first;
    for (std::size_t j = 0; j < count; ++j) {
      scores[j] = dot<V>(p.q.row(b, h, i), p.key(b, kv, first + j), p.head_dim);
    }
    finish_scores<V>(p, b, h, i, first, count, scores);
    for (std::size_t j = 0; j < count; ++j) block.seen[j] = scores[j] != excluded;
    absorb_scores<V>(block, 0, count, scores);
    add_weighted<V>(p, b, kv, keys, scores, block.seen.data(), block.out.data());
  }
  write_out<V>(p, b, h, i, block, 0);
}

/// Items are queries.
template <class V>
void attention_of_few(const Attention<typename V::Number>& p, const Executor& executor) {
  using Number = typename V::Number;
  const double work = static_cast<double>(p.total_len * (p.head_dim + p.v_head_dim) * 2);
  for_ranges(executor, p.batch * p.n_heads * p.seq_len, work,
             [&](std::size_t first, std::size_t last) {
               const std::size_t channels = (p.v_head_dim + V::lanes - 1) / V::lanes * V::lanes;
               RunningBlock<Number> block(1, AttentionBlock<V>::keys, channels);
               for (std::size_t item = first; item < last; ++item) {
                 const std::size_t row = item / p.seq_len;
                 attend_query<V>(p, row / p.n_heads, row % p.n_heads, item % p.seq_len, block);
               }
             });
}
