// SPDX-License-Identifier: Apache-2.0
// The scores of attention, for one tile of queries and one block of keys at a time: what each query
// may look at, and what happens to products before they enter the softmax: cap and masks. Included
// inside the namespace of a vector type, once per instruction set; includes nothing itself.
//
// Scores are kept times log2 e, so that their exponentials are powers of two: the factor goes into
// the keys together with the scale.

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
    keys = spanning(keys, seen);
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
  const auto nothing = -std::numeric_limits<typename V::Number>::infinity();
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
