// SPDX-License-Identifier: Apache-2.0
// Attention with a cache, as attention over its slots. A linear cache without padding is plain
// causal attention with lengths, for which kernels have a fast path; a ring, or padding, becomes a
// boolean mask.
#include "variants/kernels/heads.h"

namespace assay::variants {
namespace {

const std::int64_t* integers(const assay_tensor* tensor) {
  return tensor == nullptr ? nullptr : static_cast<const std::int64_t*>(tensor->dl.data);
}

struct Cache {
  explicit Cache(const Invocation& call)
      : batch(extent(call.input("q"), 0)),
        seq_len(static_cast<std::int64_t>(extent(call.input("q"), 2))),
        capacity(static_cast<std::int64_t>(extent(call.input("cache_k"), 2))),
        window(call.i64("window")),
        is_ring(call.string("cache") == "ring"),
        cache_len(integers(call.input("cache_len"))),
        new_lengths(integers(call.input("new_lengths"))),
        left_padding(integers(call.input("left_padding"))) {}

  std::size_t batch;
  std::int64_t seq_len, capacity, window;
  bool is_ring;
  const std::int64_t *cache_len, *new_lengths, *left_padding;  // the latter two may be null

  [[nodiscard]] std::int64_t new_len(std::size_t b) const {
    return new_lengths != nullptr ? new_lengths[b] : seq_len;
  }
  [[nodiscard]] std::int64_t padding(std::size_t b) const {
    return left_padding != nullptr ? left_padding[b] : 0;
  }
  [[nodiscard]] bool causality_says_it_all() const {
    return !is_ring && new_lengths == nullptr && left_padding == nullptr;
  }
};

void check(const Invocation& call, const Cache& cache) {
  for (std::size_t b = 0; b < cache.batch; ++b) {
    const std::int64_t before = cache.cache_len[b], added = cache.new_len(b);
    if (before < 0) refuse(call, "cache_len is " + std::to_string(before));
    if (cache.padding(b) < 0) refuse(call, "left_padding is " + std::to_string(cache.padding(b)));
    if (added < 0 || added > cache.seq_len) {
      refuse(call, "new_lengths: " + std::to_string(added) + " is outside 0 ... " +
                       std::to_string(cache.seq_len));
    }
    const std::int64_t room = cache.capacity - cache.seq_len + 1;
    if (cache.is_ring && (cache.window < 1 || cache.window > room)) {
      refuse(call, "a ring of " + std::to_string(cache.capacity) +
                       " slots is too small for this window and chunk");
    }
    if (!cache.is_ring && before > cache.capacity - added) {
      refuse(call, "the new tokens exceed the capacity of " + std::to_string(cache.capacity));
    }
  }
}

/// What one entry's new queries see: rows of capacity.
void mark_seen(const Cache& cache, std::size_t b, std::uint8_t* sees) {
  for (std::int64_t i = 0; i < cache.new_len(b); ++i) {
    const std::int64_t query = cache.cache_len[b] + i;
    const std::int64_t reach = cache.window > 0 ? std::min(cache.window, query + 1) : query + 1;
    for (std::int64_t p = std::max(query - reach + 1, cache.padding(b)); p <= query; ++p) {
      sees[i * cache.capacity + p % cache.capacity] = 1;
    }
  }
}

/// The cache with the new tokens in it; in place, or in the widened copy.
template <class Number>
const Number* with_new_tokens(const Cache& cache, const assay_tensor* fresh,
                              const assay_tensor* tensor, Operands<Number>& operands) {
  const Number* from = operands.read(fresh);
  const Number* before = operands.read(tensor);
  Number* after = operands.write(tensor);
  if (before != after) std::copy(before, before + count_of(*tensor), after);
  const std::size_t heads = extent(tensor, 1), channels = extent(tensor, 3);
  for (std::size_t head = 0; head < cache.batch * heads; ++head) {
    const std::size_t b = head / heads;
    for (std::int64_t i = 0; i < cache.new_len(b); ++i) {
      const std::int64_t slot = (cache.cache_len[b] + i) % cache.capacity;
      const auto row = static_cast<std::int64_t>(head) * cache.capacity + slot;
      const auto token = static_cast<std::int64_t>(head) * cache.seq_len + i;
      const auto width = static_cast<std::int64_t>(channels);
      std::copy_n(from + token * width, channels, after + row * width);
    }
  }
  return after;
}

}  // namespace

template <class Number>
CachedAttention<Number> cached_attention_problem(const Invocation& call,
                                                 Operands<Number>& operands) {
  const Cache cache(call);
  const assay_tensor *q = call.input("q"), *cache_k = call.input("cache_k"),
                     *cache_v = call.input("cache_v");
  CachedAttention<Number> result{};
  Attention<Number>& p = result.attention;
  p.batch = cache.batch;
  p.n_heads = extent(q, 1);
  p.n_kv_heads = extent(cache_k, 1);
  p.seq_len = extent(q, 2);
  p.total_len = extent(cache_k, 2);
  p.head_dim = extent(q, 3);
  p.v_head_dim = extent(cache_v, 3);
  p.scale = scale_of<Number>(call, p.head_dim);
  p.softcap = static_cast<Number>(call.f64("softcap"));
  p.window = cache.window;
  check_heads(call, p);
  check(call, cache);
  p.q = HeadExtents(q, false).at(operands.read(q));
  p.k = HeadExtents(cache_k, false).at(with_new_tokens(cache, call.input("k"), cache_k, operands));
  p.v = HeadExtents(cache_v, false).at(with_new_tokens(cache, call.input("v"), cache_v, operands));
  p.out = HeadExtents(call.output("out"), false).at(operands.write(call.output("out")));
  for (std::size_t b = 0; b < cache.batch; ++b) {
    result.lengths.push_back(std::min(cache.capacity, cache.cache_len[b] + cache.new_len(b)));
  }
  p.key_lengths = result.lengths.data();
  p.causal = Causal::bottom_right;
  if (cache.causality_says_it_all()) return result;
  p.causal = Causal::none;
  p.window = -1;
  result.sees.resize(p.batch * p.seq_len * p.total_len);
  p.keep = {.data = result.sees.data(),
            .batch_stride = p.seq_len * p.total_len,
            .query_stride = p.total_len,
            .key_stride = 1};
  for (std::size_t b = 0; b < cache.batch; ++b) {
    mark_seen(cache, b, result.sees.data() + b * p.keep.batch_stride);
  }
  return result;
}

template CachedAttention<float> cached_attention_problem(const Invocation&, Operands<float>&);
template CachedAttention<double> cached_attention_problem(const Invocation&, Operands<double>&);

}  // namespace assay::variants
