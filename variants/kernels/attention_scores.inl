// SPDX-License-Identifier: Apache-2.0
// What happens to one row of scores between the two products of attention: scale, cap, masks, and
// the step of the online softmax. Included inside the namespace of a vector type, once per
// instruction set; includes nothing itself.

/// Queries and keys of one block: its scores (48 x 256 floats, 48 KiB) and its keys and values (64
/// KiB each) stay in the second-level cache.
template <class V>
struct AttentionBlock {
  static constexpr std::size_t queries = 8 * V::tile_rows;
  static constexpr std::size_t keys = 256;
  static_assert(keys % (V::tile_vectors * V::lanes) == 0);
};

/// What a block of queries carries from one block of keys to the next.
template <class Number>
struct RunningBlock {
  RunningBlock(std::size_t queries, std::size_t keys, std::size_t channels)
      : key_stride(keys),
        channel_stride(channels),
        scores(queries * keys),
        seen(queries * keys),
        out(queries * channels),
        largest(queries),
        total(queries) {}
  void restart() {
    std::fill(out.begin(), out.end(), Number(0));
    std::fill(largest.begin(), largest.end(), -std::numeric_limits<Number>::infinity());
    std::fill(total.begin(), total.end(), Number(0));
  }
  std::size_t key_stride, channel_stride;
  std::vector<Number> scores;          // of one block of keys, later their weights
  std::vector<std::uint8_t> seen;      // which weights belong to keys that take part
  std::vector<Number> out;             // not yet divided by total
  std::vector<Number> largest, total;  // of each query so far
};

/// score / cap bent by tanh and back.
template <class V>
void cap_scores(typename V::Number scale, typename V::Number softcap, std::size_t count,
                typename V::Number* scores) {
  const auto factor = V::broadcast(scale), cap = V::broadcast(softcap);
  for (std::size_t j = 0; j < count; j += V::lanes) {
    const auto share = V::div(V::mul(load_up_to<V>(scores + j, count - j), factor), cap);
    store_up_to<V>(V::mul(hyperbolic_tangent<V>(share), cap), scores + j, count - j);
  }
}

/// -infinity in the mask selects, it is not added: NaN + -infinity would not exclude.
template <class V>
void add_mask(const typename V::Number* mask, std::size_t key_stride, std::size_t count,
              typename V::Number* scores) {
  const auto excluded = V::broadcast(-std::numeric_limits<typename V::Number>::infinity());
  for (std::size_t j = 0; j < count; j += V::lanes) {
    const auto added = key_stride == 0 ? V::broadcast(*mask) : load_up_to<V>(mask + j, count - j);
    const auto sum = V::add(load_up_to<V>(scores + j, count - j), added);
    store_up_to<V>(V::if_equal(added, excluded, excluded, sum), scores + j, count - j);
  }
}

/// The scores of `count` keys, the first of them first_key, from products of query i and keys to
/// what enters the softmax; -infinity: excluded.
template <class V>
void finish_scores(const Attention<typename V::Number>& p, std::size_t b, std::size_t h,
                   std::size_t i, std::size_t first_key, std::size_t count,
                   typename V::Number* scores) {
  constexpr auto excluded = -std::numeric_limits<typename V::Number>::infinity();
  if (p.softcap > 0) {
    cap_scores<V>(p.scale, p.softcap, count, scores);
  } else {
    multiply_row<V>(scores, count, p.scale);
  }
  if (p.mask.data != nullptr) {
    const auto* mask = p.mask.row(b, h, i) + first_key * p.mask.key_stride;
    add_mask<V>(mask, p.mask.key_stride, count, scores);
  }
  if (p.keep.data != nullptr) {
    const std::uint8_t* keep = p.keep.row(b, h, i) + first_key * p.keep.key_stride;
    for (std::size_t j = 0; j < count; ++j) {
      scores[j] = keep[j * p.keep.key_stride] != 0 ? scores[j] : excluded;
    }
  }
}

/// Turns `count` finished scores of query r into weights relative to the largest score so far, and
/// rescales what was summed with the former one.
template <class V>
void absorb_scores(RunningBlock<typename V::Number>& block, std::size_t r, std::size_t count,
                   typename V::Number* scores) {
  using Number = typename V::Number;
  constexpr Number excluded = -std::numeric_limits<Number>::infinity();
  const Number before = block.largest[r];
  const Number here = largest_of<V>(scores, count);
  const Number largest = here < before ? before : here;
  // Without any score so far there is nothing to shift by, and every exponential is 0.
  const Number shift = largest == excluded ? 0 : largest;
  if (before != largest && before != excluded) {
    const Number factor = std::exp(before - shift);
    block.total[r] *= factor;
    multiply_row<V>(block.out.data() + r * block.channel_stride, block.channel_stride, factor);
  }
  block.total[r] += exponentials<V>(scores, count, shift, scores);
  block.largest[r] = largest;
}

/// Divides what query r of the block has summed by its total weight; 0 where nothing was visible.
template <class V>
void write_out(const Attention<typename V::Number>& p, std::size_t b, std::size_t h, std::size_t i,
               const RunningBlock<typename V::Number>& block, std::size_t r) {
  const auto total = block.total[r];
  const auto factor = V::broadcast(total == 0 ? 0 : 1 / total);
  const auto* sum = block.out.data() + r * block.channel_stride;
  auto* out = p.out.row(b, h, i);
  for (std::size_t d = 0; d < p.v_head_dim; d += V::lanes) {
    store_up_to<V>(V::mul(V::load(sum + d), factor), out + d, p.v_head_dim - d);
  }
}
