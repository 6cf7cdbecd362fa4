// SPDX-License-Identifier: Apache-2.0
// What happens to scores between the two products of attention: cap, masks, and the step of the
// online softmax, for one tile of queries at a time. Included inside the namespace of a vector
// type, once per instruction set; includes nothing itself.
//
// Scores are kept times log2 e, so that their exponentials are powers of two: the factor goes into
// the keys together with the scale.
//
// A softmax may weigh relative to any number. Scores are weighed relative to 2^0, without looking
// for the largest; only where the sums come near the ends of the range, or a query sees a single
// key, whose weight is to be 1 to the last bit, they are weighed once more, relative to the
// largest.
//
// Every block of keys is summed up by itself and then added to the ones before it, and blocks and
// vectors begin at multiples of their size, counted from the first key: so the bits of a query do
// not depend on which others are computed with it, nor in which of the two ways of attention.inl.

/// Queries and keys of one block: its keys and values (128 KiB each where a head has 64 channels)
/// stay in the second-level cache. The stride of the scores is no power of two: rows of a tile
/// would compete for the same few lines of the first-level cache. It leaves room for three vectors.
template <class V>
struct AttentionBlock {
  static constexpr std::size_t queries = 8 * V::tile_rows;
  static constexpr std::size_t keys = 512;
  static constexpr std::size_t score_stride = keys + 48;
  static_assert(keys % (V::tile_vectors * V::lanes) == 0);
};

/// Multiples of the vector that hold all of the keys.
template <class V>
KeyRange whole_vectors(KeyRange keys) {
  return {keys.first / V::lanes * V::lanes, (keys.last + V::lanes - 1) / V::lanes * V::lanes};
}

/// What a tile of queries may look at of one block of keys.
template <class V>
struct TileSight {
  struct Row {
    std::size_t h, i;  // head and query
    KeyRange seen;
    bool sees_one;  // key in all, so that its weight is 1
  };
  std::size_t b = 0, rows = 0;
  Row row[V::tile_rows] = {};
  KeyRange keys = {};  // that at least one of them sees

  /// The next row: a query that sees so many keys, in this block and others.
  void append(std::size_t h, std::size_t i, KeyRange visible, KeyRange block) {
    const KeyRange seen = cut(visible, block);
    row[rows++] = {h, i, seen, visible.first + 1 == visible.last};
    if (seen.empty()) return;
    keys = keys.empty()
               ? seen
               : KeyRange{std::min(keys.first, seen.first), std::max(keys.last, seen.last)};
  }
};

template <class Number>
inline constexpr Number log2_e = static_cast<Number>(1.442695040888963407359925);

/// What keys are multiplied by on their way to the products.
template <class Number>
Number score_factor(const Attention<Number>& p) {
  return p.softcap > 0 ? p.scale / p.softcap : p.scale * log2_e<Number>;
}

/// The scores of one tile of queries and one block of keys, later their weights; and which keys
/// take part. Row r begins with key first_key, the first of a vector.
template <class V>
struct ScoreTile {
  using Number = typename V::Number;
  static constexpr std::size_t stride = AttentionBlock<V>::score_stride;
  ScoreTile() : scores(V::tile_rows * stride), seen(V::tile_rows * stride) {}
  [[nodiscard]] Number* scores_of(std::size_t r) { return scores.data() + r * stride; }
  [[nodiscard]] std::uint8_t* seen_by(std::size_t r) { return seen.data() + r * stride; }
  /// Keeps of the first `count` finished scores of row r which keys take part.
  void note_seen(std::size_t r, std::size_t count) {
    const Number* const finished = scores_of(r);
    for (std::size_t j = 0; j < count; ++j) {
      seen_by(r)[j] = finished[j] != -std::numeric_limits<Number>::infinity();
    }
  }

  std::size_t first_key = 0;
  Buffer<Number> scores;
  std::vector<std::uint8_t> seen;
};

/// What queries have summed up over some keys, all weights relative to 2^exponent.
template <class V>
struct WeightedSums {
  using Number = typename V::Number;
  using Vector = typename V::Vector;
  static constexpr Number nothing = -std::numeric_limits<Number>::infinity();

  WeightedSums(std::size_t queries, std::size_t v_head_dim)
      : channels(whole_vectors<V>({0, v_head_dim}).last),
        out(queries * channels),
        total(queries * V::lanes),
        exponent(queries) {}
  void restart() {
    std::fill(out.begin(), out.end(), Number(0));
    std::fill(total.begin(), total.end(), Number(0));
    std::fill(exponent.begin(), exponent.end(), nothing);
  }
  [[nodiscard]] Number* out_of(std::size_t r) { return out.data() + r * channels; }
  [[nodiscard]] const Number* out_of(std::size_t r) const { return out.data() + r * channels; }
  [[nodiscard]] Number* total_of(std::size_t r) { return total.data() + r * V::lanes; }
  [[nodiscard]] const Number* total_of(std::size_t r) const { return total.data() + r * V::lanes; }

  /// Of query k of `part`, in place of what is here of query r.
  void copy(std::size_t r, const WeightedSums& part, std::size_t k) {
    std::copy_n(part.out_of(k), channels, out_of(r));
    std::copy_n(part.total_of(k), V::lanes, total_of(r));
    exponent[r] = part.exponent[k];
  }

  /// Adds what `part` says of its query k to query r.
  void add(std::size_t r, const WeightedSums& part, std::size_t k) {
    const Number before = exponent[r], here = part.exponent[k];
    const Number now = here < before ? before : here;
    exponent[r] = now;
    if (here == now && (before == now || before == nothing)) {
      add_row(part.total_of(k), V::lanes, total_of(r));
      add_row(part.out_of(k), channels, out_of(r));
      return;
    }
    // Without any score there is nothing to shift by; the factors are 0, which keeps a NaN.
    const Number shift = now == nothing ? 0 : now;
    const auto old_factor = power(before - shift), new_factor = power(here - shift);
    add_row(part.total_of(k), new_factor, old_factor, V::lanes, total_of(r));
    add_row(part.out_of(k), new_factor, old_factor, channels, out_of(r));
  }

  /// Whether no sum of query r is infinite or NaN.
  [[nodiscard]] bool is_finite(std::size_t r) const {
    auto none = V::broadcast(0);  // or NaN
    for (std::size_t c = 0; c < channels; c += V::lanes) {
      none = V::mul_add(V::load(out_of(r) + c), V::broadcast(0), none);
    }
    return V::all_less(none, V::broadcast(1));
  }
  /// Whether the weights of query r, relative to 2^0, were neither too large nor too small for
  /// their range: the largest lies within 2^-60 ... 2^60, or there is none.
  [[nodiscard]] bool is_moderate(std::size_t r) const {
    const auto sums = V::load(total_of(r));
    return exponent[r] == nothing || (V::all_less(sums, V::broadcast(Number(0x1p60))) &&
                                      V::any_less(V::broadcast(Number(0x1p-60)), sums));
  }

  std::size_t channels;
  std::vector<Number> out;       // queries channels, not yet divided by the total
  std::vector<Number> total;     // of each query a vector of partial sums
  std::vector<Number> exponent;  // of each query

 private:
  static Vector power(Number exponent) { return exponential_of_two<V>(V::broadcast(exponent)); }
  static void add_row(const Number* row, std::size_t n, Number* to) {
    for (std::size_t i = 0; i < n; i += V::lanes) {
      V::store(V::add(V::load(row + i), V::load(to + i)), to + i);
    }
  }
  static void add_row(const Number* row, Vector factor, Vector old_factor, std::size_t n,
                      Number* to) {
    for (std::size_t i = 0; i < n; i += V::lanes) {
      V::store(V::mul_add(V::load(row + i), factor, V::mul(V::load(to + i), old_factor)), to + i);
    }
  }
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
void finish_row(const Attention<typename V::Number>& p, std::size_t b, std::size_t h, std::size_t i,
                std::size_t first_key, std::size_t count, typename V::Number* scores) {
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

/// The scores of a tile from products to what enters the softmax; -infinity for the rest of the
/// same vectors.
template <class V>
void finish_scores(const Attention<typename V::Number>& p, const TileSight<V>& sight,
                   ScoreTile<V>& tile) {
  const auto nothing = WeightedSums<V>::nothing;
  const KeyRange vectors = whole_vectors<V>(sight.keys);
  const auto vectors_behind = [&](KeyRange seen) {
    return (vectors.last - seen.last + V::lanes - 1) / V::lanes;
  };
  std::size_t most_behind = 0;
  for (std::size_t r = 0; r < sight.rows; ++r) {
    most_behind = std::max(most_behind, vectors_behind(sight.row[r].seen));
  }
  for (std::size_t r = 0; r < sight.rows; ++r) {
    const auto& [h, i, seen, sees_one] = sight.row[r];
    auto* const scores = tile.scores_of(r) - tile.first_key;
    if (seen.empty()) {
      std::fill(scores + vectors.first, scores + vectors.last, nothing);
      continue;
    }
    if (seen.first > vectors.first) std::fill(scores + vectors.first, scores + seen.first, nothing);
    // A row has room for more than it needs: the same number for all is one that a processor
    // foresees, and what it does not costs more than the exponentials.
    const std::size_t behind = most_behind <= 2 ? most_behind : vectors_behind(seen);
    for (std::size_t v = 0; v < behind; ++v) {
      V::store(V::broadcast(nothing), scores + seen.last + v * V::lanes);
    }
    if (!has_plain_scores(p)) {
      finish_row<V>(p, sight.b, h, i, seen.first, seen.last - seen.first, scores + seen.first);
    }
  }
}

/// Turns finished scores `begin` ... `end` - 1 (multiples of V::lanes) of the first Rows queries of
/// a tile into weights, relative to the exponents of the sums or to 2^0, and sums these up; what
/// they weigh is to come. The rows go side by side: one alone would wait for its own exponentials.
template <class V, std::size_t Rows, bool relative>
void weigh_rows(ScoreTile<V>& tile, std::size_t begin, std::size_t end, WeightedSums<V>& sums) {
  using Vector = typename V::Vector;
  typename V::Number* const scores = tile.scores_of(0);
  constexpr std::size_t stride = ScoreTile<V>::stride;
  Vector exponent[Rows], total[Rows];
#pragma GCC unroll 8
  for (std::size_t r = 0; r < Rows; ++r) {
    // Without any score there is nothing to shift by, and every power is 0.
    exponent[r] = V::broadcast(sums.exponent[r] == WeightedSums<V>::nothing ? 0 : sums.exponent[r]);
    total[r] = V::broadcast(0);
  }
  for (std::size_t j = begin; j < end; j += V::lanes) {
#pragma GCC unroll 8
    for (std::size_t r = 0; r < Rows; ++r) {
      auto* const at = scores + r * stride + j;
      const Vector score = relative ? V::sub(V::load(at), exponent[r]) : V::load(at);
      const Vector weight = exponential_of_two<V>(score);
      V::store(weight, at);
      total[r] = V::add(total[r], weight);
    }
  }
#pragma GCC unroll 8
  for (std::size_t r = 0; r < Rows; ++r) V::store(total[r], sums.total_of(r));
}

/// The same for `rows` rows, 1 ... V::tile_rows.
template <class V, bool relative, std::size_t Rows = V::tile_rows>
void weigh_scores(ScoreTile<V>& tile, std::size_t rows, std::size_t begin, std::size_t end,
                  WeightedSums<V>& sums) {
  if constexpr (Rows > 1) {
    if (rows < Rows) {
      return weigh_scores<V, relative, Rows - 1>(tile, rows, begin, end, sums);
    }
  }
  weigh_rows<V, Rows, relative>(tile, begin, end, sums);
}

/// Of the scores `begin` ... `end` - 1 of row r.
template <class V>
typename V::Number largest_score(ScoreTile<V>& tile, std::size_t r, std::size_t begin,
                                 std::size_t end) {
  auto largest = V::broadcast(WeightedSums<V>::nothing);
  for (std::size_t j = begin; j < end; j += V::lanes) {
    largest = V::max(largest, V::load(tile.scores_of(r) + j));
  }
  return V::largest(largest);
}

/// What a tile of queries sums up over a block of keys. `attend` has the steps
///   multiply_keys(): products of all rows, from the vector of the first key of `sight` on, to
///   `tile`; multiply_values(): of the weights in `tile` with the values, to `sums`;
///   add_seen_values(r): the same without keys that do not take part, whose values may be NaN.
///
/// Every row decides by its own scores how it is summed up, not by those of its neighbours.
template <class V, class Attend>
void sum_up(const Attention<typename V::Number>& p, Attend&& attend, const TileSight<V>& sight,
            ScoreTile<V>& tile, WeightedSums<V>& sums) {
  const KeyRange vectors = whole_vectors<V>(sight.keys);
  const std::size_t begin = vectors.first - tile.first_key, end = vectors.last - tile.first_key;
  const auto score = [&] {
    attend.multiply_keys();
    finish_scores<V>(p, sight, tile);
  };
  score();
  bool done[V::tile_rows] = {}, all_done = true;
  if (has_plain_scores(p)) {
    for (std::size_t r = 0; r < sight.rows; ++r) {
      sums.exponent[r] = sight.row[r].seen.empty() ? sums.nothing : 0;
    }
    weigh_scores<V, false>(tile, sight.rows, begin, end, sums);
    attend.multiply_values();
    for (std::size_t r = 0; r < sight.rows; ++r) {
      done[r] = sums.is_moderate(r) && sums.is_finite(r) && !sight.row[r].sees_one;
      all_done = all_done && done[r];
    }
    if (all_done) return;
    score();
  }
  for (std::size_t r = 0; r < sight.rows; ++r) {
    if (!done[r]) sums.exponent[r] = largest_score<V>(tile, r, begin, end);
  }
  weigh_scores<V, true>(tile, sight.rows, begin, end, sums);
  attend.multiply_values();
  all_done = true;
  for (std::size_t r = 0; r < sight.rows; ++r) all_done = sums.is_finite(r) && all_done;
  if (all_done) return;

  // 0 times a value that is NaN or infinite is NaN: here keys count as seen or not by their scores.
  score();
  for (std::size_t r = 0; r < sight.rows; ++r) tile.note_seen(r, end);
  weigh_scores<V, true>(tile, sight.rows, begin, end, sums);
  for (std::size_t r = 0; r < sight.rows; ++r) {
    if (!sums.is_finite(r)) attend.add_seen_values(r);
  }
}

/// Divides what query r has summed up by its total weight; 0 where nothing was visible.
template <class V>
void write_out(const Attention<typename V::Number>& p, std::size_t b, std::size_t h, std::size_t i,
               const WeightedSums<V>& sums, std::size_t r) {
  const auto total = V::sum(V::load(sums.total_of(r)));
  const auto factor = V::broadcast(total == 0 ? 0 : 1 / total);
  const auto* sum = sums.out_of(r);
  auto* out = p.out.row(b, h, i);
  for (std::size_t d = 0; d < p.v_head_dim; d += V::lanes) {
    store_up_to<V>(V::mul(V::load(sum + d), factor), out + d, p.v_head_dim - d);
  }
}
