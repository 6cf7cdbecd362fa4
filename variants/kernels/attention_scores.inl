// SPDX-License-Identifier: Apache-2.0
// What happens to scores between the two products of attention: cap, masks, and the step of the
// online softmax, for one tile of queries at a time. Included inside the namespace of a vector
// type, once per instruction set; includes nothing itself.
//
// Scores are kept times log2 e, so that their exponentials are powers of two: the factor goes into
// the packed keys (or, for few queries, into the query) together with the scale.

/// Queries and keys of one block: its scores (48 x 256 floats, 51 KiB) and its keys and values (64
/// KiB each) stay in the second-level cache. The stride of the scores is no power of two: rows of a
/// tile would compete for the same few lines of the first-level cache.
template <class V>
struct AttentionBlock {
  static constexpr std::size_t queries = 8 * V::tile_rows;
  static constexpr std::size_t keys = 512;
  static constexpr std::size_t score_stride = keys + 16;
  static_assert(keys % (V::tile_vectors * V::lanes) == 0);
};

/// Multiples of the vector that hold all of the keys.
template <class V>
KeyRange whole_vectors(KeyRange keys) {
  return {keys.first / V::lanes * V::lanes, (keys.last + V::lanes - 1) / V::lanes * V::lanes};
}

template <class Number>
inline constexpr Number log2_e = static_cast<Number>(1.442695040888963407359925);

/// What the products of queries and keys are multiplied by on their way.
template <class Number>
Number score_factor(const Attention<Number>& p) {
  return p.softcap > 0 ? p.scale / p.softcap : p.scale * log2_e<Number>;
}

/// What a block of queries carries from one block of keys to the next.
template <class V>
struct RunningBlock {
  using Number = typename V::Number;
  RunningBlock(std::size_t queries, std::size_t channels)
      : channel_stride(channels),
        scores(V::tile_rows * AttentionBlock<V>::score_stride),
        seen(V::tile_rows * AttentionBlock<V>::score_stride),
        out(queries * channels),
        largest(queries + V::lanes),
        total(queries * V::lanes) {}
  void restart() {
    std::fill(out.begin(), out.end(), Number(0));
    std::fill(largest.begin(), largest.end(), -std::numeric_limits<Number>::infinity());
    std::fill(total.begin(), total.end(), Number(0));
  }
  /// Of query r of the tile at hand.
  [[nodiscard]] Number* scores_of(std::size_t r) {
    return scores.data() + r * AttentionBlock<V>::score_stride;
  }
  [[nodiscard]] std::uint8_t* seen_by(std::size_t r) {
    return seen.data() + r * AttentionBlock<V>::score_stride;
  }

  std::size_t channel_stride;
  std::vector<Number> scores;      // of one tile and one block of keys, later their weights
  std::vector<std::uint8_t> seen;  // which weights belong to keys that take part
  std::vector<Number> out;         // not yet divided by total
  std::vector<Number> largest;     // of each query so far
  std::vector<Number> total;       // of each query so far, a vector of partial sums
};

/// Shares of the cap become scores bent by tanh.
template <class V>
void cap_scores(typename V::Number softcap, std::size_t count, typename V::Number* scores) {
  const auto cap = V::broadcast(softcap * log2_e<typename V::Number>);
  for (std::size_t j = 0; j < count; j += V::lanes) {
    const auto share = load_up_to<V>(scores + j, count - j);
    store_up_to<V>(V::mul(hyperbolic_tangent<V>(share), cap), scores + j, count - j);
  }
}

/// -infinity in the mask selects, it is not added: NaN + -infinity would not exclude.
template <class V>
void add_mask(const typename V::Number* mask, std::size_t key_stride, std::size_t count,
              typename V::Number* scores) {
  const auto excluded = V::broadcast(-std::numeric_limits<typename V::Number>::infinity());
  const auto unit = V::broadcast(log2_e<typename V::Number>);
  for (std::size_t j = 0; j < count; j += V::lanes) {
    const auto added = key_stride == 0 ? V::broadcast(*mask) : load_up_to<V>(mask + j, count - j);
    const auto sum = V::mul_add(added, unit, load_up_to<V>(scores + j, count - j));
    store_up_to<V>(V::if_equal(added, excluded, excluded, sum), scores + j, count - j);
  }
}

/// Whether products are scores without more ado.
template <class Number>
bool has_plain_scores(const Attention<Number>& p) {
  return p.softcap <= 0 && p.mask.data == nullptr && p.keep.data == nullptr;
}

/// The scores of `count` keys, the first of them first_key, from products to what enters the
/// softmax; -infinity: excluded.
template <class V>
void finish_scores(const Attention<typename V::Number>& p, std::size_t b, std::size_t h,
                   std::size_t i, std::size_t first_key, std::size_t count,
                   typename V::Number* scores) {
  constexpr auto excluded = -std::numeric_limits<typename V::Number>::infinity();
  if (p.softcap > 0) cap_scores<V>(p.softcap, count, scores);
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

/// Turns finished scores `begin` ... `end` - 1 (multiples of V::lanes) of queries `row` ... row +
/// Rows - 1 into weights relative to the largest score so far, and rescales what was summed with
/// the former one. The rows go side by side: one alone would wait for its own exponentials.
template <class V, std::size_t Rows>
void absorb_rows(RunningBlock<V>& block, std::size_t row, std::size_t begin, std::size_t end) {
  using Number = typename V::Number;
  using Vector = typename V::Vector;
  constexpr Number excluded = -std::numeric_limits<Number>::infinity();
  Number* const scores = block.scores_of(0);
  constexpr std::size_t stride = AttentionBlock<V>::score_stride;
  Vector largest[Rows];
#pragma GCC unroll 8
  for (std::size_t r = 0; r < Rows; ++r) largest[r] = V::broadcast(excluded);
  for (std::size_t j = begin; j < end; j += V::lanes) {
#pragma GCC unroll 8
    for (std::size_t r = 0; r < Rows; ++r) {
      largest[r] = V::max(largest[r], V::load(scores + r * stride + j));
    }
  }
  Vector shift[Rows], total[Rows];
#pragma GCC unroll 8
  for (std::size_t r = 0; r < Rows; ++r) {
    const Number before = block.largest[row + r];
    const Number here = V::largest(largest[r]);
    const Number now = here < before ? before : here;
    // Without any score so far there is nothing to shift by, and every power is 0.
    shift[r] = V::broadcast(now == excluded ? 0 : now);
    total[r] = V::load(block.total.data() + (row + r) * V::lanes);
    if (before != now && before != excluded) {
      const Vector factor = exponential_of_two<V>(V::sub(V::broadcast(before), shift[r]));
      total[r] = V::mul(total[r], factor);
      Number* const out = block.out.data() + (row + r) * block.channel_stride;
      for (std::size_t d = 0; d < block.channel_stride; d += V::lanes) {
        V::store(V::mul(V::load(out + d), factor), out + d);
      }
    }
    block.largest[row + r] = now;
  }
  for (std::size_t j = begin; j < end; j += V::lanes) {
#pragma GCC unroll 8
    for (std::size_t r = 0; r < Rows; ++r) {
      Number* const at = scores + r * stride + j;
      const Vector weight = exponential_of_two<V>(V::sub(V::load(at), shift[r]));
      V::store(weight, at);
      total[r] = V::add(total[r], weight);
    }
  }
#pragma GCC unroll 8
  for (std::size_t r = 0; r < Rows; ++r) {
    V::store(total[r], block.total.data() + (row + r) * V::lanes);
  }
}

/// The same for `rows` rows, 1 ... V::tile_rows.
template <class V, std::size_t Rows = V::tile_rows>
void absorb_scores(RunningBlock<V>& block, std::size_t row, std::size_t rows, std::size_t begin,
                   std::size_t end) {
  if constexpr (Rows > 1) {
    if (rows < Rows) return absorb_scores<V, Rows - 1>(block, row, rows, begin, end);
  }
  absorb_rows<V, Rows>(block, row, begin, end);
}

/// Divides what query r of the block has summed by its total weight; 0 where nothing was visible.
template <class V>
void write_out(const Attention<typename V::Number>& p, std::size_t b, std::size_t h, std::size_t i,
               const RunningBlock<V>& block, std::size_t r) {
  const auto total = V::sum(V::load(block.total.data() + r * V::lanes));
  const auto factor = V::broadcast(total == 0 ? 0 : 1 / total);
  const auto* sum = block.out.data() + r * block.channel_stride;
  auto* out = p.out.row(b, h, i);
  for (std::size_t d = 0; d < p.v_head_dim; d += V::lanes) {
    store_up_to<V>(V::mul(V::load(sum + d), factor), out + d, p.v_head_dim - d);
  }
}
