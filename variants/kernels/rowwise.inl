// SPDX-License-Identifier: Apache-2.0
// Softmax and the norms: what a row needs as a whole is summed in vectors, then every element is
// finished in one more pass. Included inside the namespace of a vector type, once per instruction
// set; includes nothing itself.
//
// Sums and maxima keep four independent partial results: one alone would wait for the latency of
// the addition before it, and four are also summed more exactly than one.
//
// 512 x 768 floats in ms, CPU time of one thread on a busy 2-core Sapphire Rapids machine, best of
// 20; a copy takes 0.12:
//                 plain   16 bytes   AVX2   AVX-512
//   softmax        3.2      1.1      0.44    0.18
//   layer norm     0.79     0.24     0.18    0.14
//   RMS norm       0.41     0.17     0.15    0.14

template <class V>
struct Four {
  explicit Four(typename V::Number start)
      : part{V::broadcast(start), V::broadcast(start), V::broadcast(start), V::broadcast(start)} {}
  [[nodiscard]] typename V::Number sum() const {
    return V::sum(V::add(V::add(part[0], part[1]), V::add(part[2], part[3])));
  }
  [[nodiscard]] typename V::Number largest() const {
    return V::largest(V::max(V::max(part[0], part[1]), V::max(part[2], part[3])));
  }
  typename V::Vector part[4];
};

/// A vector of x, or the `count` elements that are left; the other lanes are `fill`.
template <class V>
[[gnu::always_inline]] inline typename V::Vector load_up_to(const typename V::Number* x,
                                                            std::size_t count,
                                                            typename V::Number fill = 0) {
  return count >= V::lanes ? V::load(x) : V::load_partial(x, count, fill);
}

template <class V>
[[gnu::always_inline]] inline void store_up_to(typename V::Vector v, typename V::Number* x,
                                               std::size_t count) {
  count >= V::lanes ? V::store(v, x) : V::store_partial(v, x, count);
}

/// -infinity for an empty row. NaNs may or may not come through: what is computed from the result
/// must meet them again.
template <class V>
typename V::Number largest_of(const typename V::Number* x, std::size_t n) {
  constexpr auto least = -std::numeric_limits<typename V::Number>::infinity();
  Four<V> largest(least);
  std::size_t i = 0;
  for (; i + 4 * V::lanes <= n; i += 4 * V::lanes) {
#pragma GCC unroll 4
    for (std::size_t v = 0; v < 4; ++v) {
      largest.part[v] = V::max(largest.part[v], V::load(x + i + v * V::lanes));
    }
  }
  for (; i < n; i += V::lanes) {
    largest.part[0] = V::max(largest.part[0], load_up_to<V>(x + i, n - i, least));
  }
  return largest.largest();
}

template <class V>
typename V::Number sum_of(const typename V::Number* x, std::size_t n) {
  Four<V> sum(0);
  std::size_t i = 0;
  for (; i + 4 * V::lanes <= n; i += 4 * V::lanes) {
#pragma GCC unroll 4
    for (std::size_t v = 0; v < 4; ++v) {
      sum.part[v] = V::add(sum.part[v], V::load(x + i + v * V::lanes));
    }
  }
  for (; i < n; i += V::lanes) sum.part[0] = V::add(sum.part[0], load_up_to<V>(x + i, n - i));
  return sum.sum();
}

/// Sum of (x - centre)^2.
template <class V>
typename V::Number sum_of_squares(const typename V::Number* x, std::size_t n,
                                  typename V::Number centre) {
  const auto middle = V::broadcast(centre);
  Four<V> sum(0);
  std::size_t i = 0;
  for (; i + 4 * V::lanes <= n; i += 4 * V::lanes) {
#pragma GCC unroll 4
    for (std::size_t v = 0; v < 4; ++v) {
      const auto distance = V::sub(V::load(x + i + v * V::lanes), middle);
      sum.part[v] = V::mul_add(distance, distance, sum.part[v]);
    }
  }
  for (; i < n; i += V::lanes) {
    const auto distance = V::sub(load_up_to<V>(x + i, n - i, centre), middle);
    sum.part[0] = V::mul_add(distance, distance, sum.part[0]);
  }
  return sum.sum();
}

/// y = exp(x - shift); returns the sum. y may be x.
template <class V>
typename V::Number exponentials(const typename V::Number* x, std::size_t n,
                                typename V::Number shift, typename V::Number* y) {
  constexpr auto least = -std::numeric_limits<typename V::Number>::infinity();
  const auto largest = V::broadcast(shift);
  Four<V> sum(0);
  std::size_t i = 0;
  for (; i + 4 * V::lanes <= n; i += 4 * V::lanes) {
#pragma GCC unroll 4
    for (std::size_t v = 0; v < 4; ++v) {
      const auto e = exponential<V>(V::sub(V::load(x + i + v * V::lanes), largest));
      V::store(e, y + i + v * V::lanes);
      sum.part[v] = V::add(sum.part[v], e);
    }
  }
  for (; i < n; i += V::lanes) {
    const auto e = exponential<V>(V::sub(load_up_to<V>(x + i, n - i, least), largest));
    store_up_to<V>(e, y + i, n - i);
    sum.part[0] = V::add(sum.part[0], e);
  }
  return sum.sum();
}

template <class V>
void multiply_row(typename V::Number* y, std::size_t n, typename V::Number factor) {
  const auto by = V::broadcast(factor);
  for (std::size_t i = 0; i < n; i += V::lanes) {
    store_up_to<V>(V::mul(load_up_to<V>(y + i, n - i), by), y + i, n - i);
  }
}

template <class V>
void divide_row(const typename V::Number* x, std::size_t n, typename V::Number divisor,
                typename V::Number* y) {
  const auto by = V::broadcast(divisor);
  for (std::size_t i = 0; i < n; i += V::lanes) {
    store_up_to<V>(V::div(load_up_to<V>(x + i, n - i), by), y + i, n - i);
  }
}

template <class V>
void softmax_row(const Softmax<typename V::Number>& p, std::size_t row) {
  using Number = typename V::Number;
  constexpr Number least = -std::numeric_limits<Number>::infinity();
  const std::size_t n = p.row_len;
  const Number* x = p.x + row * n;
  Number* probs = p.probs + row * n;
  if (p.temperature != 1) {
    divide_row<V>(x, n, p.temperature, probs);
    x = probs;
  }
  // What has a share of the weight and no place in the row.
  const Number one = p.plus_one ? 0 : least;
  const Number sink = p.sinks != nullptr ? p.sinks[row] : least;
  Number largest = largest_of<V>(x, n);
  if (one > largest) largest = one;
  if (sink > largest) largest = sink;
  // A row without a score: nothing to shift by, every exponential is 0, and so is the sum.
  const Number shift = largest == least ? 0 : largest;
  Number sum = exponentials<V>(x, n, shift, probs);
  if (p.plus_one) sum += std::exp(one - shift);
  if (p.sinks != nullptr) sum += std::exp(sink - shift);
  if (sum != 0) multiply_row<V>(probs, n, 1 / sum);
}

template <class V>
void softmax_kernel(const Softmax<typename V::Number>& p, const Executor& executor) {
  const double work = 20.0 * static_cast<double>(p.row_len);
  for_ranges(executor, p.rows, work, [&](std::size_t first, std::size_t last) {
    for (std::size_t row = first; row < last; ++row) {
      softmax_row<V>(p, row);
    }
  });
}

template <class V>
void layer_norm_row(const LayerNorm<typename V::Number>& p, std::size_t t) {
  using Number = typename V::Number;
  const std::size_t n = p.d_model;
  const Number* x = p.x + t * n;
  Number* y = p.y + t * n;
  const Number centre = sum_of<V>(x, n) / static_cast<Number>(n);
  const Number variance = sum_of_squares<V>(x, n, centre) / static_cast<Number>(n);
  const Number deviation =
      p.eps_inside_root ? std::sqrt(variance + p.eps) : std::sqrt(variance) + p.eps;
  const Number inverse = 1 / deviation;
  const auto middle = V::broadcast(centre), stretch = V::broadcast(inverse);
  for (std::size_t c = 0; c < n; c += V::lanes) {
    const auto normalised = V::mul(V::sub(load_up_to<V>(x + c, n - c), middle), stretch);
    const auto weight = load_up_to<V>(p.weight + c, n - c);
    const auto bias = p.bias != nullptr ? load_up_to<V>(p.bias + c, n - c) : V::broadcast(0);
    store_up_to<V>(V::mul_add(normalised, weight, bias), y + c, n - c);
  }
  if (p.mean != nullptr) p.mean[t] = centre;
  if (p.inverse_deviation != nullptr) p.inverse_deviation[t] = inverse;
}

template <class V>
void layer_norm_kernel(const LayerNorm<typename V::Number>& p, const Executor& executor) {
  const double work = 8.0 * static_cast<double>(p.d_model);
  for_ranges(executor, p.tokens, work, [&](std::size_t first, std::size_t last) {
    for (std::size_t t = first; t < last; ++t) layer_norm_row<V>(p, t);
  });
}

template <class V>
void rms_norm_row(const RmsNorm<typename V::Number>& p, std::size_t t) {
  using Number = typename V::Number;
  const std::size_t n = p.d_model;
  const Number* x = p.x + t * n;
  Number* y = p.y + t * n;
  const Number mean_square = sum_of_squares<V>(x, n, 0) / static_cast<Number>(n);
  const auto stretch = V::broadcast(1 / std::sqrt(mean_square + p.eps));
  const auto one = V::broadcast(p.one_plus_weight ? 1 : 0);
  for (std::size_t c = 0; c < n; c += V::lanes) {
    const auto normalised = V::mul(load_up_to<V>(x + c, n - c), stretch);
    const auto weight = V::add(load_up_to<V>(p.weight + c, n - c), one);
    store_up_to<V>(V::mul(normalised, weight), y + c, n - c);
  }
}

template <class V>
void rms_norm_kernel(const RmsNorm<typename V::Number>& p, const Executor& executor) {
  const double work = 6.0 * static_cast<double>(p.d_model);
  for_ranges(executor, p.tokens, work, [&](std::size_t first, std::size_t last) {
    for (std::size_t t = first; t < last; ++t) rms_norm_row<V>(p, t);
  });
}
