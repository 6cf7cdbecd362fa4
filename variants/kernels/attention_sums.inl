// SPDX-License-Identifier: Apache-2.0
// What queries sum up: scores become weights, and these and the values they weigh are added, a tile
// of queries and a block of keys at a time. Included inside the namespace of a vector type, once
// per instruction set; includes nothing itself.
//
// A softmax may weigh relative to any number. Scores are weighed relative to 2^0, without looking
// for the largest; only where the sums come near the ends of the range, or a query sees a single
// key, whose weight is to be 1 to the last bit, they are weighed once more, relative to the
// largest.
//
// Every block of keys is summed up by itself and then added to the ones before it, and blocks and
// vectors begin at multiples of their size, counted from the first key: so the bits of a query do
// not depend on which others are computed with it, nor in which of the two ways of attention.inl.

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
