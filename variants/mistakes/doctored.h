// SPDX-License-Identifier: Apache-2.0
// What mistakes do instead where it takes more than a line: arguments doctored on their way into an
// op, and steps of an op done over the wrong elements.
#pragma once

#include <algorithm>
#include <span>
#include <string>
#include <vector>

#include "reference/call.h"
#include "reference/shape.h"
#include "reference/tensor.h"
#include "variants/mistakes/approximations.h"
#include "variants/mistakes/doctored_sampling.h"

namespace assay::mistaken {

using reference::Call;
using reference::Operand;
using reference::Tensor;
using reference::View;

/// x of attention with all heads of a token divided by one root mean square, times the weight of
/// their channel. The numbers are kept in `numbers`.
template <class Number>
View<const Number, 4> normed_over_heads(const Call<Number>& call, View<const Number, 4> x,
                                        const char* weight, std::vector<Number>& numbers) {
  const auto w = call.template in<Number, 1>(weight);
  const std::size_t heads = x.size(1), width = x.size(3);
  numbers.resize(x.size(0) * heads * x.size(2) * width);
  const View<Number, 4> y(numbers.data(), {x.size(0), heads, x.size(2), width});
  for (std::size_t b = 0; b < x.size(0); ++b) {
    for (std::size_t i = 0; i < x.size(2); ++i) {
      Number squares = 0;
      for (std::size_t n = 0; n < heads * width; ++n) {
        squares += x(b, n / width, i, n % width) * x(b, n / width, i, n % width);
      }
      const Number mean = squares / static_cast<Number>(heads * width);
      const Number root = std::sqrt(mean + call.f64("qk_norm_eps"));
      for (std::size_t n = 0; n < heads * width; ++n) {
        y(b, n / width, i, n % width) = x(b, n / width, i, n % width) / root * w(n % width);
      }
    }
  }
  return y;
}

/// position * factor * factor ..., rounded at every step.
template <class Number>
Number angle_by_steps(std::int64_t position, std::size_t c, const Number& factor) {
  Number angle = static_cast<Number>(position);
  for (std::size_t n = 0; n < c; ++n) angle = angle * factor;
  return angle;
}

/// The same memory read as if its axes lay in the order in which they are named.
template <class Number>
View<const Number, 4> heads_before_tokens(View<const Number, 4> x) {
  const std::array<std::size_t, 4> shape = {x.size(0), x.size(1), x.size(2), x.size(3)};
  if (shape[0] * shape[1] * shape[2] * shape[3] == 0) return x;
  return View<const Number, 4>(&x(0, 0, 0, 0), shape);
}

/// The softmax of a row with the largest score and the total of another one.
template <class Number>
void softmax_row_by(std::span<const Number> scores, std::span<const Number> other,
                    std::span<const Number> beside, std::span<Number> probs) {
  Number largest = -std::numeric_limits<Number>::infinity(), total = 0;
  for (const Number score : other) largest = std::max(largest, score);
  for (const Number score : beside) largest = std::max(largest, score);
  for (const Number score : other) total += std::exp(score - largest);
  for (const Number score : beside) total += std::exp(score - largest);
  for (std::size_t i = 0; i < scores.size(); ++i) probs[i] = std::exp(scores[i] - largest) / total;
}

/// Positions batch seq_len that are made up by `rule` from entry and place; they live until the
/// thread asks for others.
template <class Number, class Rule>
Operand<Number> made_up_positions(const Operand<Number>& positions, const Rule& rule) {
  thread_local std::vector<std::int64_t> numbers;
  const auto* given = std::get<std::int64_t*>(positions.data);
  const std::int64_t batch = positions.shape[0], seq_len = positions.shape[1];
  numbers.clear();
  for (std::int64_t b = 0; b < batch; ++b) {
    for (std::int64_t i = 0; i < seq_len; ++i) numbers.push_back(rule(given, b, i));
  }
  return {positions.shape, numbers.data()};
}

/// Counted from 0 in every call, whatever came before.
template <class Number>
Operand<Number> positions_in_chunk(const Operand<Number>& positions) {
  return made_up_positions(positions,
                           [](const std::int64_t*, std::int64_t, std::int64_t i) { return i; });
}

/// Those of batch entry 0 for every entry.
template <class Number>
Operand<Number> positions_of_first_entry(const Operand<Number>& positions) {
  return made_up_positions(
      positions, [](const std::int64_t* given, std::int64_t, std::int64_t i) { return given[i]; });
}

/// All of them further on by so many.
template <class Number>
Operand<Number> positions_later(const Operand<Number>& positions, std::int64_t later) {
  const std::int64_t seq_len = positions.shape[1];
  return made_up_positions(positions,
                           [=](const std::int64_t* given, std::int64_t b, std::int64_t i) {
                             return given[b * seq_len + i] + later;
                           });
}

/// Zeros in the shape of segment ids.
template <class Number>
Operand<Number> positions_of_zero(const Operand<Number>& ids) {
  return made_up_positions(
      ids, [](const std::int64_t*, std::int64_t, std::int64_t) { return std::int64_t{0}; });
}

/// -x, to take something out of a sum again.
template <class Number>
Tensor<Number> negated(Tensor<Number> x) {
  for (Number& each : x.values) each = -each;
  return x;
}

/// 0, 1, ... up to but not including `count`.
inline Tensor<std::int64_t> counted(std::int64_t count) {
  Tensor<std::int64_t> numbers({count});
  for (std::size_t n = 0; n < numbers.values.size(); ++n) {
    numbers.values[n] = static_cast<std::int64_t>(n);
  }
  return numbers;
}

/// The channels of keys as a checkpoint has them that was reordered from neighbouring to halved
/// pairs with the number of query heads: tokens n_kv_heads*head_dim. Left alone where the channels
/// of that many heads do not come in pairs.
template <class Number>
Tensor<Number> permuted_by_heads(Tensor<Number> keys, std::int64_t n_heads,
                                 std::int64_t n_kv_heads) {
  const std::int64_t channels = keys.shape[1];
  const std::int64_t right = channels / n_kv_heads, wrong = channels / n_heads;
  if (wrong < 2 || wrong % 2 != 0) return keys;
  const auto halved = [](std::int64_t channel, std::int64_t head_dim) {
    const std::int64_t within = channel % head_dim;
    return channel - within + within % 2 * (head_dim / 2) + within / 2;
  };
  Tensor<Number> moved(keys.shape);
  for (std::int64_t t = 0; t < keys.shape[0]; ++t) {
    for (std::int64_t channel = 0; channel < channels; ++channel) {
      const auto to = static_cast<std::size_t>(t * channels + halved(channel, wrong));
      moved.values[to] =
          keys.values[static_cast<std::size_t>(t * channels + halved(channel, right))];
    }
  }
  return moved;
}

/// 1 for the last `window` keys, all of them without a window: batch 1 seq_len kv_len.
template <class Number>
Tensor<std::uint8_t> last_places(const Tensor<Number>& q, const Tensor<Number>& k,
                                 std::int64_t window) {
  const std::int64_t keys = k.shape[2];
  Tensor<std::uint8_t> keep({q.shape[0], 1, q.shape[2], keys});
  for (std::size_t n = 0; n < keep.values.size(); ++n) {
    const std::int64_t key = static_cast<std::int64_t>(n) % keys;
    keep.values[n] = window < 0 || key >= keys - window ? 1 : 0;
  }
  return keep;
}

/// Whether a distance reaches the beginning of a far bucket, by logarithms in f32.
inline bool reaches_in_f32(std::int64_t distance, std::int64_t step, std::int64_t near,
                           std::int64_t far, std::int64_t max_distance) {
  const float way = std::log(static_cast<float>(distance) / static_cast<float>(near));
  const float all = std::log(static_cast<float>(max_distance) / static_cast<float>(near));
  return static_cast<std::int64_t>(way / all * static_cast<float>(far)) >= step;
}

}  // namespace assay::mistaken
