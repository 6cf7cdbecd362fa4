// SPDX-License-Identifier: Apache-2.0
// The kernels of `simd` as another processor would run them: a program without libraries, compiled
// for 64-bit Arm with NEON as the only instruction set, that holds a product, softmax and attention
// against loops in long double. Not the conformance suite, which needs HDF5 for that processor.
#include <cmath>
#include <cstdio>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "variants/simd/instruction_sets.h"

namespace {

using namespace assay::variants;

template <class Number>
std::vector<Number> drawn(std::size_t count, std::mt19937& random) {
  std::vector<Number> numbers(count);
  for (Number& each : numbers)
    each = std::ldexp(static_cast<Number>(random()), -31) - 1;  // -1 ... 1
  return numbers;
}

/// The largest error as a part of what rounding allows: `roundings` times half an ulp of the
/// magnitude that was summed (Higham, Accuracy and Stability, section 3.1).
template <class Number>
class Worst {
 public:
  void add(Number got, long double want, long double magnitude, std::size_t roundings) {
    const long double unit = std::numeric_limits<Number>::epsilon() / 2.0L;
    const long double allowed = magnitude * unit * static_cast<long double>(roundings);
    const long double share = std::fabs(static_cast<long double>(got) - want) / allowed;
    if (!(share <= worst_)) worst_ = share;  // NaN, too
  }
  bool say(const char* what) const {
    const bool right = worst_ <= 1;
    std::printf("%-10s %-7s %.3Lf of what rounding allows%s\n", what,
                sizeof(Number) == 4 ? "f32" : "f64", worst_, right ? "" : ": wrong");
    return right;
  }

 private:
  long double worst_ = 0;
};

// A power within 2 ulp, a quotient, and what scaling the argument loses before it.
constexpr std::size_t roundings_of_exp = 16;

template <class Number>
bool product_is_right(const Kernels<Number>& kernels, std::mt19937& random) {
  constexpr std::size_t tokens = 7, d_in = 131, d_out = 37;
  const auto x = drawn<Number>(tokens * d_in, random), w = drawn<Number>(d_out * d_in, random);
  std::vector<Number> y(tokens * d_out);
  const Linear<Number> p{tokens, d_in, d_out, x.data(), w.data(), nullptr, y.data()};
  kernels.linear(p, kernels.pack_weights(p).data(), Serial());
  Worst<Number> worst;
  for (std::size_t t = 0; t < tokens; ++t)
    for (std::size_t o = 0; o < d_out; ++o) {
      long double sum = 0, magnitude = 0;
      for (std::size_t i = 0; i < d_in; ++i) {
        const long double term = static_cast<long double>(x[t * d_in + i]) * w[o * d_in + i];
        sum += term;
        magnitude += std::fabs(term);
      }
      worst.add(y[t * d_out + o], sum, magnitude, d_in);
    }
  return worst.say("linear");
}

template <class Number>
bool softmax_is_right(const Kernels<Number>& kernels, std::mt19937& random) {
  constexpr std::size_t rows = 3, row_len = 77;
  auto x = drawn<Number>(rows * row_len, random);
  for (Number& each : x) each *= 8;
  std::vector<Number> probs(x.size());
  kernels.softmax({rows, row_len, 1, false, x.data(), nullptr, probs.data()}, Serial());
  Worst<Number> worst;
  for (std::size_t r = 0; r < rows; ++r) {
    long double total = 0;
    for (std::size_t i = 0; i < row_len; ++i)
      total += std::exp(static_cast<long double>(x[r * row_len + i]));
    for (std::size_t i = 0; i < row_len; ++i) {
      const long double want = std::exp(static_cast<long double>(x[r * row_len + i])) / total;
      worst.add(probs[r * row_len + i], want, want, row_len + roundings_of_exp);
    }
  }
  return worst.say("softmax");
}

/// Heads of `channels` one after the other, each with its tokens.
template <class Number, class Element>
Heads<Element> heads(Element* data, std::size_t tokens, std::size_t channels) {
  return {data, tokens * channels, tokens * channels, channels};
}

template <class Number>
bool attention_is_right(const Kernels<Number>& kernels, std::mt19937& random) {
  constexpr std::size_t n_heads = 2, seq_len = 9, head_dim = 21;
  const std::size_t count = n_heads * seq_len * head_dim;
  const auto q = drawn<Number>(count, random), k = drawn<Number>(count, random),
             v = drawn<Number>(count, random);
  std::vector<Number> out(count);
  Attention<Number> p{};
  p.batch = 1;
  p.n_heads = p.n_kv_heads = n_heads;
  p.seq_len = p.total_len = seq_len;
  p.head_dim = p.v_head_dim = head_dim;
  p.scale = Number(0.25);
  p.causal = Causal::bottom_right;
  p.window = -1;
  p.q = heads<Number>(q.data(), seq_len, head_dim);
  p.k = heads<Number>(k.data(), seq_len, head_dim);
  p.v = heads<Number>(v.data(), seq_len, head_dim);
  p.out = heads<Number>(out.data(), seq_len, head_dim);
  kernels.attention(p, Serial());
  Worst<Number> worst;
  for (std::size_t h = 0; h < n_heads; ++h)
    for (std::size_t i = 0; i < seq_len; ++i)
      for (std::size_t d = 0; d < head_dim; ++d) {
        long double total = 0, sum = 0, magnitude = 0;
        for (std::size_t j = 0; j <= i; ++j) {
          long double score = 0;
          for (std::size_t c = 0; c < head_dim; ++c)
            score += static_cast<long double>(q[(h * seq_len + i) * head_dim + c]) *
                     k[(h * seq_len + j) * head_dim + c];
          const long double power = std::exp(score * 0.25L);
          const long double value = v[(h * seq_len + j) * head_dim + d];
          total += power;
          sum += power * value;
          magnitude += power * std::fabs(value);
        }
        // A score of at most head_dim / 4 is off by as many roundings of that size, and so,
        // relative to itself, is the power; above and below the line.
        const std::size_t roundings = 2 * (seq_len + roundings_of_exp + head_dim * head_dim / 4);
        worst.add(out[(h * seq_len + i) * head_dim + d], sum / total, magnitude / total, roundings);
      }
  return worst.say("attention");
}

template <class Number>
bool all_right(const Kernels<Number>& kernels) {
  std::mt19937 random(7);
  const bool right[] = {product_is_right(kernels, random), softmax_is_right(kernels, random),
                        attention_is_right(kernels, random)};
  return right[0] && right[1] && right[2];
}

}  // namespace

int main() {
  simd::InstructionSet set;
  simd::fill_linear(set);
  simd::fill_rowwise(set);
  simd::fill_activation(set);
  simd::fill_rope(set);
  simd::fill_attention(set);
  const bool right[] = {all_right(set.f32), all_right(set.f64)};
  return right[0] && right[1] ? 0 : 1;
}
