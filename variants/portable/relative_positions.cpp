// SPDX-License-Identifier: Apache-2.0
// Biases that follow the distance of query and key: ALiBi's slopes and T5's buckets.
#include <cmath>

#include "variants/portable/portable.h"

namespace assay::variants::portable {
namespace {

/// Positions of queries and keys.
struct Places {
  explicit Places(const Invocation& call)
      : queries(integers(call.input("query_positions"))),
        keys(integers(call.input("key_positions"))) {}
  static std::span<const std::int64_t> integers(const assay_tensor* tensor) {
    return {static_cast<const std::int64_t*>(tensor->dl.data), count_of(*tensor)};
  }
  std::span<const std::int64_t> queries, keys;
};

/// Slopes by head: those of the next lower power of two, then every other one of the next higher.
std::vector<double> slopes_of(std::size_t n_heads) {
  std::vector<double> slopes(n_heads);
  std::size_t power = 1;
  while (power <= n_heads / 2) power *= 2;
  const double step = 8 / static_cast<double>(power);
  for (std::size_t h = 0; h < n_heads; ++h) {
    const double turns =
        h < power ? static_cast<double>(h + 1) : static_cast<double>(h - power) + 0.5;
    slopes[h] = std::exp2(-step * turns);
  }
  return slopes;
}

/// base^exponent * other^times, digit by digit to the base 2^32, so that ties are seen.
std::vector<std::uint32_t> powers(std::uint64_t base, std::size_t exponent, std::uint64_t other,
                                  std::size_t times) {
  std::vector<std::uint32_t> digits = {1};
  for (std::size_t i = 0; i < exponent + times; ++i) {
    const std::uint64_t factor = i < exponent ? base : other;
    std::uint64_t carry = 0;
    for (std::uint32_t& digit : digits) {
      carry += digit * factor;
      digit = static_cast<std::uint32_t>(carry);
      carry >>= 32;
    }
    if (carry != 0) digits.push_back(static_cast<std::uint32_t>(carry));
  }
  return digits;
}

bool less(const std::vector<std::uint32_t>& a, const std::vector<std::uint32_t>& b) {
  if (a.size() != b.size()) return a.size() < b.size();
  return std::lexicographical_compare(a.rbegin(), a.rend(), b.rbegin(), b.rend());
}

/// Where the buckets of one direction begin, by bisection.
class Buckets {
 public:
  Buckets(std::size_t count, std::int64_t max_distance) : near_(count / 2) {
    const std::size_t far = count - near_;
    for (std::size_t step = 1; step < far; ++step) {
      const auto bound = powers(static_cast<std::uint64_t>(max_distance), step, near_, far - step);
      auto below = static_cast<std::uint64_t>(near_);
      auto at_or_above = static_cast<std::uint64_t>(max_distance);
      while (at_or_above - below > 1) {
        const std::uint64_t middle = below + (at_or_above - below) / 2;
        (less(powers(middle, far, 1, 0), bound) ? below : at_or_above) = middle;
      }
      begins_.push_back(static_cast<std::int64_t>(at_or_above));
    }
  }

  [[nodiscard]] std::size_t operator()(std::int64_t distance) const {
    if (distance < static_cast<std::int64_t>(near_)) return static_cast<std::size_t>(distance);
    const auto after = std::ranges::upper_bound(begins_, distance);
    return near_ + static_cast<std::size_t>(after - begins_.begin());
  }

 private:
  std::size_t near_;
  std::vector<std::int64_t> begins_;  // of all far buckets but the first
};

}  // namespace

template <class Number>
void alibi(const Invocation& call, Operands<Number>& operands) {
  const Places places(call);
  const bool by_key = call.string("form") == "key_position";
  Number* bias = operands.write(call.output("bias"));
  Number* slopes = operands.write(call.output("slopes"));
  for (const double slope : slopes_of(static_cast<std::size_t>(call.i64("n_heads")))) {
    if (slopes != nullptr) *slopes++ = static_cast<Number>(slope);
    for (const std::int64_t query : places.queries) {
      for (const std::int64_t key : places.keys) {
        const std::int64_t factor = by_key ? key : -std::abs(query - key);
        *bias++ = static_cast<Number>(slope * static_cast<double>(factor));
      }
    }
  }
}

template <class Number>
void t5_bias(const Invocation& call, Operands<Number>& operands) {
  const Places places(call);
  const auto extent = [&](int axis) {
    return static_cast<std::size_t>(call.input("table")->dl.shape[axis]);
  };
  const bool both_ways = call.boolean("bidirectional");
  const std::size_t n_buckets = extent(0), n_heads = extent(1);
  const std::size_t one_way = both_ways ? n_buckets / 2 : n_buckets;
  const std::int64_t max_distance = call.i64("max_distance");
  if (one_way < 2) throw CallError("t5_bias: each direction needs at least 2 buckets");
  if (max_distance <= static_cast<std::int64_t>(one_way / 2) || max_distance > 0xffffffff) {
    throw CallError("t5_bias: max_distance must be above " + std::to_string(one_way / 2) +
                    " and below 2^32");
  }
  const Buckets bucket(one_way, max_distance);
  const Number* table = operands.read(call.input("table"));
  Number* bias = operands.write(call.output("bias"));
  const assay_tensor* const wanted = call.output("buckets");
  auto* rows = wanted == nullptr ? nullptr : static_cast<std::int64_t*>(wanted->dl.data);
  const std::size_t pairs = places.queries.size() * places.keys.size();
  std::size_t pair = 0;
  for (const std::int64_t query : places.queries) {
    for (const std::int64_t key : places.keys) {
      const bool is_after = key > query;
      std::size_t row = bucket(is_after && !both_ways ? 0 : std::abs(query - key));
      if (is_after && both_ways) row += n_buckets / 2;
      if (rows != nullptr) rows[pair] = static_cast<std::int64_t>(row);
      for (std::size_t h = 0; h < n_heads; ++h) bias[h * pairs + pair] = table[row * n_heads + h];
      ++pair;
    }
  }
}

template void alibi(const Invocation&, Operands<float>&);
template void alibi(const Invocation&, Operands<double>&);
template void t5_bias(const Invocation&, Operands<float>&);
template void t5_bias(const Invocation&, Operands<double>&);

}  // namespace assay::variants::portable
