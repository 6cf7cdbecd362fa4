// SPDX-License-Identifier: Apache-2.0
// Rotary positions: the turns of one token are computed once, in double precision, and serve all
// its heads. Included inside the namespace of a vector type, once per instruction set; includes
// nothing itself.
//
// 12 heads x 512 x 64 floats, CPU time of one thread on a busy 2-core Sapphire Rapids machine, best
// of 20: plain 1.75 ms; 16-byte vectors 0.30 ms; AVX2 0.26 ms; AVX-512 0.19 ms.

/// The turns of one token, as the rotation below reads them.
template <class Number>
struct Turns {
  explicit Turns(std::size_t pairs)
      : cosine(pairs), sine(pairs), doubled_cosine(2 * pairs), signed_sine(2 * pairs) {}
  std::vector<double> cosine, sine;                 // exact angles, before rounding to Number
  std::vector<Number> doubled_cosine, signed_sine;  // what a rotation multiplies by
};

/// Angles are formed and reduced in double also for floats: a float angle at position 30,000 would
/// be off by 1e-3, and double costs little once per token.
template <class D>
void turn(std::int64_t position, const std::vector<double>& frequency, std::vector<double>& cosine,
          std::vector<double>& sine) {
  const std::size_t pairs = frequency.size();
  const auto place = static_cast<double>(position);
  // cosine_sine() reduces angles up to 2^20 exactly; the first frequency is the largest where the
  // base is above 1.
  bool small = true;
  for (const double each : frequency) small &= std::fabs(place * each) < 0x1p20;
  if (!small) {
    for (std::size_t c = 0; c < pairs; ++c) {
      cosine[c] = std::cos(place * frequency[c]);
      sine[c] = std::sin(place * frequency[c]);
    }
    return;
  }
  for (std::size_t c = 0; c < pairs; c += D::lanes) {
    const auto angle = D::mul(load_up_to<D>(frequency.data() + c, pairs - c), D::broadcast(place));
    const auto turned = cosine_sine<D>(angle);
    store_up_to<D>(turned.cosine, cosine.data() + c, pairs - c);
    store_up_to<D>(turned.sine, sine.data() + c, pairs - c);
  }
}

/// Rotates one head of one token. With halves, pair c is channels c and c + pairs, so cosines and
/// sines are read in order; interleaved pairs are neighbours, so each lane multiplies itself by its
/// cosine and its neighbour by its signed sine.
template <class V>
void rotate(const typename V::Number* x, std::size_t pairs, bool interleaved,
            const typename V::Number* cosine, const typename V::Number* sine,
            typename V::Number* y) {
  if (interleaved) {
    const std::size_t n = 2 * pairs;
    for (std::size_t d = 0; d < n; d += V::lanes) {
      const auto both = load_up_to<V>(x + d, n - d);
      const auto along = V::mul(both, load_up_to<V>(cosine + d, n - d));
      const auto across = V::swap_neighbours(both);
      store_up_to<V>(V::mul_add(across, load_up_to<V>(sine + d, n - d), along), y + d, n - d);
    }
    return;
  }
  for (std::size_t c = 0; c < pairs; c += V::lanes) {
    const auto first = load_up_to<V>(x + c, pairs - c);
    const auto second = load_up_to<V>(x + pairs + c, pairs - c);
    const auto along = load_up_to<V>(cosine + c, pairs - c);
    const auto across = load_up_to<V>(sine + c, pairs - c);
    const auto minus_across = V::sub(V::broadcast(0), across);
    store_up_to<V>(V::mul_add(second, minus_across, V::mul(first, along)), y + c, pairs - c);
    store_up_to<V>(V::mul_add(first, across, V::mul(second, along)), y + pairs + c, pairs - c);
  }
}

/// V: the vector of Number; D: the vector of double on the same instruction set.
template <class V, class D>
void rope_tokens(const Rope<typename V::Number>& p, std::size_t first_token,
                 std::size_t last_token) {
  using Number = typename V::Number;
  const std::size_t pairs = p.rotary_dim / 2;
  Turns<Number> turns(pairs);
  for (std::size_t token = first_token; token < last_token; ++token) {
    const std::size_t b = token / p.seq_len, i = token % p.seq_len;
    const std::int64_t position = p.positions[b * p.positions_stride + i];
    if (p.cos_table == nullptr) turn<D>(position, p.turning.frequency, turns.cosine, turns.sine);
    const std::size_t row = p.cos_table == nullptr ? 0 : static_cast<std::size_t>(position) * pairs;
    for (std::size_t c = 0; c < pairs; ++c) {
      const auto cosine = p.cos_table == nullptr
                              ? static_cast<Number>(p.turning.amplitude * turns.cosine[c])
                              : p.cos_table[row + c];
      const auto sine = p.cos_table == nullptr
                            ? static_cast<Number>(p.turning.amplitude * turns.sine[c])
                            : p.sin_table[row + c];
      if (p.interleaved) {
        turns.doubled_cosine[2 * c] = turns.doubled_cosine[2 * c + 1] = cosine;
        turns.signed_sine[2 * c] = -sine;
        turns.signed_sine[2 * c + 1] = sine;
      } else {
        turns.doubled_cosine[c] = cosine;
        turns.signed_sine[c] = sine;
      }
    }
    for (std::size_t h = 0; h < p.n_heads; ++h) {
      const Number* x = p.x.row(b, h, i);
      Number* y = p.y.row(b, h, i);
      rotate<V>(x, pairs, p.interleaved, turns.doubled_cosine.data(), turns.signed_sine.data(), y);
      std::copy(x + p.rotary_dim, x + p.head_dim, y + p.rotary_dim);
    }
  }
}

template <class V, class D>
void rope_kernel(const Rope<typename V::Number>& p, const Executor& executor) {
  const double work = static_cast<double>(p.rotary_dim) * (20 + 3 * static_cast<double>(p.n_heads));
  for_ranges(executor, p.batch * p.seq_len, work,
             [&](std::size_t first, std::size_t last) { rope_tokens<V, D>(p, first, last); });
}
