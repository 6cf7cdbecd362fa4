// SPDX-License-Identifier: Apache-2.0
// exp, tanh, erf, sine and cosine of a vector of floats or doubles. Included inside the namespace
// of a vector type (lanes.h of blocked/ or simd/), once per instruction set; includes nothing
// itself.
//
// The method: subtract a multiple of ln 2 (of pi/2) in two or three pieces that lose nothing, then
// the Taylor series on what is left, |r| <= ln 2 / 2 (pi/4). Coefficients are 1/k!: the degree is
// chosen so that the first term left out is below 1/16 ulp. A minimax polynomial would save one or
// two of them. suites/self/variants_tests.cpp holds exp to its accuracy, to the edge of the range.

/// ln 2 in two pieces: the first has so few bits that its products with the exponents that occur
/// are exact.
template <class Number>
struct LogTwo;
template <>
struct LogTwo<float> {
  static constexpr float high = 0x1.62e4p-1F, low = 0x1.7f7d1cp-20F;
};
template <>
struct LogTwo<double> {
  static constexpr double high = 0x1.62e42fefa38p-1, low = 0x1.ef35793c7673p-45;
};

/// Sum of r^k / k! for k = 1 ... degree: e^r - 1 for |r| <= 0.35.
template <class V>
[[gnu::always_inline]] inline typename V::Vector exponential_less_one(typename V::Vector r) {
  using Number = typename V::Number;
  constexpr int degree = sizeof(Number) == 4 ? 7 : 13;
  constexpr std::array<double, 14> inverse_factorial = [] {
    std::array<double, 14> table{};
    double factorial = 1;
    for (int k = 1; k < 14; ++k) table[k] = 1 / (factorial *= k);
    return table;
  }();
  typename V::Vector sum = V::broadcast(static_cast<Number>(inverse_factorial[degree]));
#pragma GCC unroll 16
  for (int k = degree - 1; k >= 2; --k) {
    sum = V::mul_add(sum, r, V::broadcast(static_cast<Number>(inverse_factorial[k])));
  }
  // r + r^2 (1/2 + ...): the leading term is added last, so that its rounding is the only one left.
  return V::mul_add(V::mul(r, r), sum, r);
}

/// x = n ln 2 + r.
template <class V>
struct ReducedExponent {
  typename V::Vector n, r;
};

template <class V>
[[gnu::always_inline]] inline ReducedExponent<V> reduce_exponent(typename V::Vector x) {
  using Number = typename V::Number;
  const auto log2_e = V::broadcast(static_cast<Number>(0x1.71547652b82fep+0));
  const auto n = V::nearest(V::mul(x, log2_e));
  auto r = V::mul_add(n, V::broadcast(-LogTwo<Number>::high), x);
  r = V::mul_add(n, V::broadcast(-LogTwo<Number>::low), r);
  return {n, r};
}

/// e^x, within 2 ulp; 0 for -infinity, infinity above the range, NaN for NaN, subnormals kept.
template <class V>
[[gnu::always_inline]] inline typename V::Vector exponential(typename V::Vector x) {
  using Number = typename V::Number;
  // Beyond these the result is 0 or infinity whatever the argument.
  const auto least = V::broadcast(sizeof(Number) == 4 ? -104 : -746);
  const auto most = V::broadcast(sizeof(Number) == 4 ? 95 : 720);
  const auto [n, r] = reduce_exponent<V>(V::min(x, most));
  const auto significand = V::add(exponential_less_one<V>(r), V::broadcast(1));
  return V::nan_of(x, V::times_power_of_two_from(least, x, significand, n));
}

/// Coefficients of a polynomial near 2^r, 0 <= r <= 1, that is 1 at 0 to the last bit. For f32 the
/// one of degree 5 with the smallest relative error, 8.2e-8 (found by repeated least squares, each
/// point weighted by how far it was missed: C. Lawson, 1961); for f64 the one of degree 11 that
/// agrees with 2^r at Chebyshev's points, 8.7e-18.
template <class Number>
struct PowerOfTwoSeries;
template <>
struct PowerOfTwoSeries<float> {
  static constexpr std::array<float, 6> coefficients = {
      1, 0x1.62e4bap-1F, 0x1.ebdb56p-3F, 0x1.c91ce6p-5F, 0x1.277854p-7F, 0x1.e974fcp-10F};
};
template <>
struct PowerOfTwoSeries<double> {
  static constexpr std::array<double, 12> coefficients = {1,
                                                          0x1.62e42fefa39efp-1,
                                                          0x1.ebfbdff82c4ffp-3,
                                                          0x1.c6b08d704fa4fp-5,
                                                          0x1.3b2ab6fa48563p-7,
                                                          0x1.5d87fecf83f7bp-10,
                                                          0x1.4309065c8357ap-13,
                                                          0x1.ffce434c232f0p-17,
                                                          0x1.629e703ac7f08p-20,
                                                          0x1.b7a2459dca29cp-24,
                                                          0x1.c7ea67ee59ebfp-28,
                                                          0x1.509edf2ecfdf8p-31};
};

template <class V>
[[gnu::always_inline]] inline typename V::Vector power_of_two_series(typename V::Vector r) {
  constexpr auto& coefficients = PowerOfTwoSeries<typename V::Number>::coefficients;
  constexpr int degree = static_cast<int>(coefficients.size()) - 1;
  typename V::Vector sum = V::broadcast(coefficients[degree]);
#pragma GCC unroll 16
  for (int k = degree - 1; k >= 0; --k) {
    sum = V::mul_add(sum, r, V::broadcast(coefficients[k]));
  }
  return sum;
}

/// 2^x, within 2.5 ulp (f64: 1.5): for scores that were scaled by log2 e beforehand, where it saves
/// the reduction of exponential(). 0 for -infinity, infinity or NaN where it leaves the range, NaN
/// for NaN, subnormals kept.
template <class V>
[[gnu::always_inline]] inline typename V::Vector exponential_of_two(typename V::Vector x) {
  // Below, the result is 0.
  const auto least = V::broadcast(sizeof(typename V::Number) == 4 ? -150 : -1075);
  const auto r = V::fraction(x);
  return V::times_power_of_two_from(least, x, power_of_two_series<V>(r), V::floor_of(x, r));
}

/// tanh x = -m / (m + 2) with m = e^(-2|x|) - 1, which keeps its digits also near 0. Within 4 ulp.
template <class V>
[[gnu::always_inline]] inline typename V::Vector hyperbolic_tangent(typename V::Vector x) {
  using Number = typename V::Number;
  const auto zero = V::broadcast(0);
  const auto magnitude = V::max(x, V::sub(zero, x));
  // From 20 (45) on the result is 1 to the last bit.
  const auto limit = V::broadcast(sizeof(Number) == 4 ? 20 : 45);
  const auto argument = V::mul(V::min(magnitude, limit), V::broadcast(-2));
  const auto [n, r] = reduce_exponent<V>(argument);
  const auto power = V::power_of_two(n);
  const auto m = V::mul_add(power, exponential_less_one<V>(r), V::sub(power, V::broadcast(1)));
  const auto tangent = V::div(V::sub(zero, m), V::add(m, V::broadcast(2)));
  return V::nan_of(x, V::if_less(x, zero, V::sub(zero, tangent), tangent));
}

/// Cosine and sine of angles up to 2^20, in doubles: within 1e-15 absolute.
template <class V>
struct CosineSine {
  typename V::Vector cosine, sine;
};

template <class V>
[[gnu::always_inline]] inline CosineSine<V> cosine_sine(typename V::Vector angle) {
  static_assert(sizeof(typename V::Number) == 8);
  // pi/2 in three pieces of 33 bits or fewer: products with a quotient below 2^20 are exact.
  const auto quotient = V::nearest(V::mul(angle, V::broadcast(0x1.45f306dc9c883p-1)));
  auto r = V::mul_add(quotient, V::broadcast(-0x1.921fb544p+0), angle);
  r = V::mul_add(quotient, V::broadcast(-0x1.0b4611a6p-34), r);
  r = V::mul_add(quotient, V::broadcast(-0x1.3198a2e037073p-69), r);
  const auto square = V::mul(r, r);
  // 1/k! with alternating signs, odd k for the sine and even k for the cosine.
  constexpr std::array<double, 19> inverse_factorial = [] {
    std::array<double, 19> table{};
    double factorial = 1;
    for (int k = 1; k < 19; ++k) table[k] = 1 / (factorial *= k);
    return table;
  }();
  auto sine = V::broadcast(inverse_factorial[17]);
  auto cosine = V::broadcast(-inverse_factorial[18]);
#pragma GCC unroll 16
  for (int k = 15; k >= 3; k -= 2) {
    const double sign = k % 4 == 1 ? 1 : -1;
    sine = V::mul_add(sine, square, V::broadcast(sign * inverse_factorial[k]));
    cosine = V::mul_add(cosine, square, V::broadcast(-sign * inverse_factorial[k + 1]));
  }
  sine = V::mul_add(V::mul(sine, square), r, r);
  cosine = V::mul_add(V::mul(cosine, square), square,
                      V::mul_add(square, V::broadcast(-0.5), V::broadcast(1)));
  // quotient = 4 m + q with q in -2 ... 2. Odd q exchange the two; the sine changes its sign for
  // q = -1 and +-2, the cosine for q = 1 and +-2.
  const auto zero = V::broadcast(0), plus = V::broadcast(1), minus = V::broadcast(-1);
  const auto fourths = V::nearest(V::mul(quotient, V::broadcast(0.25)));
  const auto q = V::mul_add(fourths, V::broadcast(-4), quotient);
  const auto size = V::mul(q, q);  // 0, 1 or 4
  const auto is_two = V::sub(size, V::broadcast(2));
  const auto is_odd = V::sub(V::broadcast(1.25), V::mul(V::sub(size, plus), V::sub(size, plus)));
  const auto straight_sine = V::if_less(plus, is_odd, cosine, sine);
  const auto straight_cosine = V::if_less(plus, is_odd, sine, cosine);
  const auto sine_sign = V::if_less(zero, is_two, minus, V::if_less(q, zero, minus, plus));
  const auto cosine_sign = V::if_less(zero, is_two, minus, V::if_less(zero, q, minus, plus));
  return {V::mul(straight_cosine, cosine_sign), V::mul(straight_sine, sine_sign)};
}

/// 1 / (1 + e^-x) from the exponential of -|x|, which never overflows. Within 4 ulp.
template <class V>
[[gnu::always_inline]] inline typename V::Vector logistic(typename V::Vector x) {
  const auto zero = V::broadcast(0), one = V::broadcast(1);
  const auto power = exponential<V>(V::min(x, V::sub(zero, x)));
  const auto share = V::div(V::if_less(x, zero, power, one), V::add(one, power));
  return V::nan_of(x, share);
}

/// 2 / sqrt(pi) (-1)^n / (n! (2n + 1)), the Taylor series of erf x / x in x^2.
constexpr std::array<double, 20> error_series = [] {
  std::array<double, 20> table{};
  double factorial = 1;
  for (int n = 1; n < 20; ++n) {
    factorial *= n;
    table[n] = (n % 2 == 0 ? 1 : -1) * 0x1.20dd750429b6dp+0 / (factorial * (2 * n + 1));
  }
  return table;
}();

/// e^(x^2) erfc x as a polynomial in t = 1 / (1 + x/2), through its values at the Chebyshev points
/// of t for x in 1 ... 4 and 1 ... 6, computed with 50 digits: times e^(-x^2), off by 2.5e-9 and
/// 9e-18.
template <class Number>
struct ErrorTail;
template <>
struct ErrorTail<float> {
  static constexpr int degree = 6;
  static constexpr double most = 4;
  static constexpr double coefficients[] = {
      0.000605118390967380105, 0.273634340084396042,   0.330757133702859683,  0.101495412442931793,
      0.403495053341328247,    -0.0570651999638961224, -0.0536304280769480612};
};
template <>
struct ErrorTail<double> {
  static constexpr int degree = 14;
  static constexpr double most = 6;
  static constexpr double coefficients[] = {
      1.62422847400775906e-7, 0.282088572932022902,  0.282205141737662301, 0.245629758166419056,
      0.185316412975861975,   0.0347789766883714377, 0.194832338995249526, -0.672058782219028899,
      1.39072435472766126,    -2.54857951516277219,  3.31417899390741177,  -2.80846962008124903,
      1.49932738619925879,    -0.464150310051270232, 0.0641770995699775654};
};

/// erf x within 4 ulp: its Taylor series up to |x| = 1, beyond it 1 - erfc |x|, both computed.
template <class V>
[[gnu::always_inline]] inline typename V::Vector error_function(typename V::Vector x) {
  using Number = typename V::Number;
  using Tail = ErrorTail<Number>;
  const auto zero = V::broadcast(0), one = V::broadcast(1);
  const auto magnitude = V::max(x, V::sub(zero, x));
  const auto size = V::min(magnitude, V::broadcast(static_cast<Number>(Tail::most)));
  const auto square = V::mul(size, size);
  constexpr int terms = sizeof(Number) == 4 ? 10 : 19;
  auto series = V::broadcast(static_cast<Number>(error_series[terms]));
#pragma GCC unroll 20
  for (int n = terms - 1; n >= 1; --n) {
    series = V::mul_add(series, square, V::broadcast(static_cast<Number>(error_series[n])));
  }
  // 2 / sqrt(pi) = 1 + 0.128...: x itself is added last, so that its rounding is the only one left.
  series = V::mul_add(series, square, V::broadcast(static_cast<Number>(0x1.06eba8214db69p-3)));
  const auto near = V::mul_add(series, size, size);

  const auto t = V::div(one, V::mul_add(size, V::broadcast(static_cast<Number>(0.5)), one));
  auto tail = V::broadcast(static_cast<Number>(Tail::coefficients[Tail::degree]));
#pragma GCC unroll 20
  for (int k = Tail::degree - 1; k >= 0; --k) {
    tail = V::mul_add(tail, t, V::broadcast(static_cast<Number>(Tail::coefficients[k])));
  }
  const auto far = V::sub(one, V::mul(exponential<V>(V::sub(zero, square)), tail));
  const auto result = V::if_less(size, one, near, far);
  return V::nan_of(x, V::if_less(x, zero, V::sub(zero, result), result));
}
